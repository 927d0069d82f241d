import { fileURLToPath } from 'node:url'
import { type RecordedHistory, readHistories } from 'saga-core/testing'

/** The directory of the committed histories; `npm run record-histories` writes them anew. */
export const historiesDirectory = fileURLToPath(new URL('../histories', import.meta.url))

/** The committed histories. */
export function committedHistories(): Promise<readonly RecordedHistory[]> {
  return readHistories(historiesDirectory)
}
