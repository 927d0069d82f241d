import type { Store } from '../state/store.js'
import { type Journal, type OnBatch, startJournal } from './journal.js'
import { lockJournal } from './lock.js'
import { replayJournal } from './replay.js'

/**
 * Takes a journal for this process: reads it into an empty store, and writes it anew with the latest record of each thing only.
 *
 * @throws Error when another process has it, it is not a journal, or it cannot be written
 */
export async function openJournal(path: string, store: Store, onBatch: OnBatch): Promise<Journal> {
  const release = await lockJournal(path)
  try {
    await replayJournal(path, store.take)
    const journal = await startJournal(path, store.snapshot(), onBatch)
    return {
      ...journal,
      async close() {
        await journal.close().finally(release)
      },
    }
  } catch (error) {
    await release()
    throw error
  }
}
