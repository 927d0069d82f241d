import type { Entry } from '../state/entry.js'
import { type Draft, takePlace, textOf, writeDraft } from './draft.js'

/** An append-only file of entries, one JSON line each. */
export interface Journal {
  /** Adds an entry to the next batch. */
  append(entry: Entry): void
  /** Resolves when every entry appended so far is on disk; one write and one fsync serve all that wait. */
  durable(): Promise<void>
  /** Rejects when the file could not be written: what is in memory is then ahead of the disk, and the process has to end. */
  readonly failed: Promise<never>
  /** Writes what was appended and closes the file. */
  close(): Promise<void>
}

/** What a journal works with. */
export interface JournalOptions {
  readonly path: string
  /** The latest record of each thing, as entries. */
  snapshot(): Iterable<Entry>
  /** How many entries a snapshot has. */
  records(): number
  /** The lines from which on a journal is written anew that has four times as many as records. */
  readonly compactFrom: number
  /** Observes a batch that is on disk: its lines and how long that took. */
  onBatch(lines: number, milliseconds: number): void
  /** Observes that the journal was written anew. */
  onCompaction(): void
}

const linesOfRecord = 4

/**
 * Starts a journal anew with the entries of a snapshot: a file that is complete takes the place of the old one.
 *
 * @throws Error when the file cannot be written
 */
export async function startJournal(options: JournalOptions): Promise<Journal> {
  const draft = await writeDraft(options.path, options.snapshot())
  try {
    await takePlace(options.path, draft, [])
  } catch (error) {
    await draft.file.close()
    throw error
  }
  return createJournal(options, draft)
}

function createJournal(options: JournalOptions, first: Draft): Journal {
  const { path, snapshot, records, compactFrom, onBatch, onCompaction } = options
  const failure = Promise.withResolvers<never>()
  let { file, lines } = first
  let waiting: string[] = []
  let current: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined
  /** The lines that were written since the snapshot of a draft began. */
  let sinceSnapshot: string[] | undefined
  let compaction: Promise<void> = Promise.resolve()
  let isClosing = false
  failure.promise.catch(() => {})

  /** Does a part of the writing; when it fails, the journal has failed. */
  async function written<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (cause) {
      const error = new Error('The journal could not be written; the provider ends.', { cause })
      failure.reject(error)
      throw error
    }
  }

  async function writeBatch(): Promise<void> {
    const batch = waiting
    waiting = []
    next = undefined
    const startedAt = performance.now()
    await written(async () => {
      await file.appendFile(textOf(batch))
      await file.datasync()
    })
    lines += batch.length
    sinceSnapshot?.push(...batch)
    onBatch(batch.length, performance.now() - startedAt)
    if (!isOvergrown()) return
    compaction = compact()
    compaction.catch(() => {})
  }

  function isOvergrown(): boolean {
    if (isClosing || sinceSnapshot !== undefined) return false
    return lines >= compactFrom && lines > linesOfRecord * records()
  }

  /** Writes the journal anew. Batches go on into the old file until the draft takes its place, between two of them. */
  async function compact(): Promise<void> {
    sinceSnapshot = []
    const draft = await written(() => writeDraft(path, snapshot()))
    current = current.then(() => written(() => replaceBy(draft)))
    await current
    onCompaction()
  }

  async function replaceBy(draft: Draft): Promise<void> {
    const since = sinceSnapshot ?? []
    await takePlace(path, draft, since)
    await file.close()
    file = draft.file
    lines = draft.lines + since.length
    sinceSnapshot = undefined
  }

  function durable(): Promise<void> {
    if (waiting.length === 0) return current
    if (next === undefined) {
      next = current.then(writeBatch)
      next.catch(() => {})
      current = next
    }
    return next
  }

  return {
    append: (entry) => void waiting.push(JSON.stringify(entry)),
    durable,
    failed: failure.promise,
    async close() {
      isClosing = true
      await compaction
      await durable()
      await file.close()
    },
  }
}
