import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { adminApi, publicApi } from './apis.js'
import { describeApi } from './document.js'
import { errorsMarkdown } from './errors-markdown.js'

/** The committed documents that are made from the code: their texts by their paths in the repository. */
export function documents(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/openapi/public.json', jsonText(describeApi(publicApi))],
    ['docs/openapi/admin.json', jsonText(describeApi(adminApi))],
    ['docs/errors.md', errorsMarkdown()],
  ])
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** Writes texts to their paths under `root`. */
export function writeDocuments(root: string, texts: ReadonlyMap<string, string>): void {
  for (const [path, text] of texts) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

/** The paths under `root` that do not have these texts. */
export function staleDocuments(root: string, texts: ReadonlyMap<string, string>): readonly string[] {
  return [...texts].filter(([path, text]) => textAt(join(root, path)) !== text).map(([path]) => path)
}

function textAt(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
