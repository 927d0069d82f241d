import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { type Entry, entry, header } from '../state/entry.js'
import { completeLines } from './lines.js'

/**
 * Reads a journal from its first entry to its last, and cuts off a last line without an end: the process was killed while it wrote it, and
 * nobody had an answer. A file that is not there is made, empty.
 *
 * @throws Error that names the file and the line which is not an entry of a journal, or that `take` refuses
 */
export async function replayJournal(path: string, take: (entry: Entry) => void): Promise<void> {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600)
  try {
    let end = 0
    for await (const line of completeLines(file)) {
      takeLine(path, line.number, line.text, take)
      end = line.end
    }
    await file.truncate(end)
  } finally {
    await file.close()
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
