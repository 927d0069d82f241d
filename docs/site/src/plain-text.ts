import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Page, pages, root, sections } from './pages.ts'

/** The first sentences of a page, in one line. */
function summaryOf({ source }: Page): string {
  const text = readFileSync(join(root, source), 'utf8')
  const paragraph = text.split(/\n{2,}/).find((block) => /^[A-Z*`][^|]*$/s.test(block)) ?? ''
  return paragraph
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\s+/g, ' ')
    .replace(/(.{60,}?[.:])\s.*/, '$1')
}

/** The index of https://llmstxt.org: a page a line, with its summary. */
function index(): string {
  const blocks = sections.map(({ title, pages: listed }) => {
    const lines = listed.map((page) => `- [${page.title}](/${page.route}): ${summaryOf(page)}`)
    return `## ${title}\n\n${lines.join('\n')}`
  })
  return `# seckill

> saga-core, a library for durable sagas on Temporal in TypeScript, and a flash sale built on it.

The whole documentation of the library in one file: [saga-core.txt](/saga-core.txt)

${blocks.join('\n\n')}
`
}

/** Writes `llms.txt`, `saga-core.txt` with the library's whole documentation, and the Markdown of each page. */
export function writePlainText(folder: string): void {
  const library = pages.filter(({ route }) => route.startsWith('saga-core/'))
  const texts = library.map(({ source }) => readFileSync(join(root, source), 'utf8').trim())
  writeFileSync(join(folder, 'saga-core.txt'), `${texts.join('\n\n---\n\n')}\n`)
  writeFileSync(join(folder, 'llms.txt'), index())
  for (const { source, route } of pages) {
    mkdirSync(join(folder, route, '..'), { recursive: true })
    writeFileSync(join(folder, route), readFileSync(join(root, source), 'utf8'))
  }
}
