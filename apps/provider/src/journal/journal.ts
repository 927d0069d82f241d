import { type FileHandle, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Entry, headerText } from '../state/entry.js'

/** An append-only file of entries, one JSON line each. */
export interface Journal {
  /** Adds an entry to the next batch. */
  append(entry: Entry): void
  /** Resolves when every entry appended so far is on disk; one write and one fsync serve all that wait. */
  durable(): Promise<void>
  /** Rejects when a batch could not be written: what is in memory is then ahead of the disk, and the process has to end. */
  readonly failed: Promise<never>
  /** Writes what was appended and closes the file. */
  close(): Promise<void>
}

/** Observes a batch that is on disk: its lines and how long that took. */
export type OnBatch = (lines: number, milliseconds: number) => void

/**
 * Starts a journal anew with the entries of a snapshot: a file that is complete takes the place of the old one.
 *
 * @throws Error when the file cannot be written
 */
export async function startJournal(path: string, snapshot: Iterable<Entry>, onBatch: OnBatch): Promise<Journal> {
  const draft = `${path}.next`
  const file = await open(draft, 'w', 0o600)
  try {
    await writeSnapshot(file, snapshot)
    await file.datasync()
    await rename(draft, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await file.close()
    throw error
  }
  return createJournal(file, onBatch)
}

const snapshotBatch = 1_000

async function writeSnapshot(file: FileHandle, snapshot: Iterable<Entry>): Promise<void> {
  let lines = [headerText]
  for (const entry of snapshot) {
    lines.push(JSON.stringify(entry))
    if (lines.length < snapshotBatch) continue
    await file.appendFile(textOf(lines))
    lines = []
  }
  if (lines.length > 0) await file.appendFile(textOf(lines))
}

function textOf(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`
}

/** A rename is on disk when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function createJournal(file: FileHandle, onBatch: OnBatch): Journal {
  const failure = Promise.withResolvers<never>()
  let waiting: string[] = []
  let current: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined
  failure.promise.catch(() => {})

  async function writeBatch(): Promise<void> {
    const lines = waiting
    waiting = []
    next = undefined
    const startedAt = performance.now()
    try {
      await file.appendFile(textOf(lines))
      await file.datasync()
    } catch (cause) {
      const error = new Error('The journal could not be written; the provider ends.', { cause })
      failure.reject(error)
      throw error
    }
    onBatch(lines.length, performance.now() - startedAt)
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
      await durable()
      await file.close()
    },
  }
}
