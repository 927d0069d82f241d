import { fileURLToPath } from 'node:url'

/** The directories of the committed histories; `npm run record-histories` writes them anew. */
export const historiesDirectory = fileURLToPath(new URL('../histories', import.meta.url))
export const refundHistoriesDirectory = fileURLToPath(new URL('../refund-histories', import.meta.url))
