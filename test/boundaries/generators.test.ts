import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const page = new URL('../../CONTRIBUTING.md', import.meta.url)

/** The rows of the table of generators: the fault, its generator, the file of the test, and a part of its title. */
const rows = [
  ...readFileSync(page, 'utf8').matchAll(/^\| ([^|]+) \| ([^|]+) \| \[[^\]]+\]\((\S+)\): `([^`]+)` \|$/gm),
].map(([, fault, generator, path, title]) => ({ fault, generator, path, title }))

it('the table of generators has a row for each fault', () => {
  expect(rows.length).toBeGreaterThanOrEqual(18)
  expect(new Set(rows.map(({ fault }) => fault)).size).toBe(rows.length)
})

it.each(rows)('$fault: its test exists', ({ path, title }) => {
  expect(readFileSync(new URL(path as string, page), 'utf8')).toContain(title)
})
