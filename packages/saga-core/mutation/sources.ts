import { fileURLToPath } from 'node:url'

function source(path: string): string {
  return fileURLToPath(new URL(`../src/${path}index.ts`, import.meta.url))
}

/** Aliases of the package's name that lead tests to its sources, which hold the mutants. */
export const sources = [
  { find: /^saga-core$/, replacement: source('') },
  { find: /^saga-core\/([a-z]+)$/, replacement: source('$1/') },
]
