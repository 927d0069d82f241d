import { type FileHandle, open } from 'node:fs/promises'
import { type Entry, entry, header } from '../state/entry.js'
import { completeLines } from './lines.js'

/**
 * Reads a journal from its first entry to its last; a file that is not there has none. A last line without an end is left out: the process
 * was killed while it wrote it, and nobody had an answer.
 *
 * @throws Error that names the file and the line which is not an entry of a journal
 */
export async function replayJournal(path: string, take: (entry: Entry) => void): Promise<void> {
  const file = await openIfThere(path)
  if (file === undefined) return
  try {
    for await (const { number, text } of completeLines(file)) takeLine(path, number, text, take)
  } finally {
    await file.close()
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function takeLine(path: string, number: number, text: string, take: (entry: Entry) => void): void {
  try {
    const parsed: unknown = JSON.parse(text)
    if (number === 1) header.parse(parsed)
    else take(entry.parse(parsed))
  } catch (cause) {
    throw new Error(
      `${path}: line ${number} is not an entry of this provider's journal. Restore the file from a copy, or start with another PROVIDER_JOURNAL.`,
      { cause },
    )
  }
}
