import { readFile } from 'node:fs/promises'

/** A TypeScript example of a document. */
export interface Example {
  /** From its first line, `// name.ts`. */
  readonly name: string
  readonly text: string
  /** The `text` block right after it: its output. */
  readonly prints?: string
}

const fence = /^```(\w*)\n([\s\S]*?)^```$/gm

/**
 * The TypeScript examples of a Markdown file; those of one file may import each other.
 *
 * @throws Error when an example has no name or two have the same.
 */
export async function examplesOf(file: string): Promise<readonly Example[]> {
  const markdown = await readFile(file, 'utf8')
  const blocks = [...markdown.matchAll(fence)].map(([, language = '', text = '']) => ({ language, text }))
  const examples = blocks.flatMap(({ language, text }, at): readonly Example[] => {
    if (!/^(ts|tsx|typescript)$/.test(language)) return []
    const name = /^\/\/ ([\w.-]+\.ts)\n/.exec(text)?.[1]
    if (name === undefined)
      throw new Error(`${file}: an example begins with "${text.slice(0, 40)}", not with // name.ts`)
    const next = blocks[at + 1]
    return [{ name, text, ...(next?.language === 'text' && { prints: next.text }) }]
  })
  if (new Set(examples.map(({ name }) => name)).size < examples.length) {
    throw new Error(`${file}: two examples have one name`)
  }
  return examples
}

/** The examples of a page, and those of the README that they import, transitively; the page's own come first. */
export function withImports(own: readonly Example[], readme: readonly Example[]): readonly Example[] {
  const all = new Map(own.map((example) => [example.name, example]))
  for (const { text } of all.values()) {
    for (const [, stem] of text.matchAll(/from '\.\/([\w.-]+)\.js'/g)) {
      const imported = readme.find(({ name }) => name === `${stem}.ts`)
      if (imported !== undefined && !all.has(imported.name)) all.set(imported.name, imported)
    }
  }
  return [...all.values()]
}
