import { fileURLToPath } from 'node:url'

/** Where the committed histories are; `npm run record-histories` writes them anew. */
export const historiesDirectory = fileURLToPath(new URL('../histories', import.meta.url))
