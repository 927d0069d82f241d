import { fileURLToPath } from 'node:url'
import { type RecordedHistory, readHistories } from 'saga-core/testing'

/** Where the committed histories are; `npm run record-histories` writes them anew. */
export const historiesDirectory = fileURLToPath(new URL('../histories', import.meta.url))

/** The committed histories. */
export const committedHistories = (): Promise<readonly RecordedHistory[]> => readHistories(historiesDirectory)
