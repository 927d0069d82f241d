import type { Store } from '../state/store.js'
import { type Journal, type JournalOptions, startJournal } from './journal.js'
import { lockJournal } from './lock.js'
import { replayJournal } from './replay.js'

/** What a journal is told beside its store. */
type OpenOptions = Pick<JournalOptions, 'compactFrom' | 'onBatch' | 'onCompaction'>

/**
 * Takes a journal for this process: reads it into an empty store, and writes it anew with the latest record of each thing only.
 *
 * @throws Error when another process has it, it is not a journal, or it cannot be written
 */
export async function openJournal(path: string, store: Store, options: OpenOptions): Promise<Journal> {
  const release = await lockJournal(path)
  try {
    await replayJournal(path, store.take)
    const journal = await startJournal({ ...options, path, snapshot: store.snapshot, records: store.snapshotSize })
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
