import { readFileSync, statSync } from 'node:fs'
import { expect, it } from 'vitest'

const page = new URL('../../docs/seed.md', import.meta.url)

/** The rows of the page's tables, each with its cells. */
const rows = readFileSync(page, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| seed |'))
  .map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )
const counterparts = rows.filter(([, here]) => here !== 'not yet')

/** The text of the file that a cell links to. @throws Error where the cell has no link, or the file does not exist */
function linked(cell = ''): { readonly path: string; readonly text: string } {
  const path = /^\[[^\]]+\]\((\S+)\)$/.exec(cell)?.[1]
  if (path === undefined) throw new Error(`"${cell}" is no link to a file.`)
  const url = new URL(path, page)
  if (!statSync(url).isFile()) throw new Error(`${path} is no file.`)
  return { path, text: readFileSync(url, 'utf8') }
}

it('every part of the seed is named once', () => {
  const names = rows.map(([seed]) => seed)
  expect(rows.length).toBeGreaterThan(60)
  expect([...new Set(names)]).toEqual(names)
})

it.each(counterparts)('%s has a file and a test that exist', (_seed, here, file, test) => {
  expect(here).not.toBe('')
  expect(linked(file).text).not.toBe('')
  const { path, text } = linked(test)
  expect(path).toMatch(/\.test\.ts$/)
  expect(text).toMatch(/^\s*(?:it|test)\b/m)
})

it('what has no counterpart names none', () => {
  for (const [, here, file, test] of rows) if (here === 'not yet') expect([file, test]).toEqual(['', ''])
})
