import { fileURLToPath } from 'node:url'

const source = (path: string) => fileURLToPath(new URL(`../src/${path}index.ts`, import.meta.url))

/** Where tests find the package by its name: in its sources, which is where the mutants are. */
export const sources = [
  { find: /^saga-core$/, replacement: source('') },
  { find: /^saga-core\/([a-z]+)$/, replacement: source('$1/') },
]
