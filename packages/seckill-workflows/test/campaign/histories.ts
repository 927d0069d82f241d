import { fileURLToPath } from 'node:url'

/** The directory of the committed histories; `npm run record-histories` writes them anew. */
export const historiesDirectory = fileURLToPath(new URL('./histories', import.meta.url))
