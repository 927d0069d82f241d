import { type FileHandle, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Entry, headerText } from '../state/entry.js'

/** A journal that is written beside the one whose place it is to take. */
export interface Draft {
  readonly file: FileHandle
  readonly lines: number
}

/** Entries that are written at once; the event loop has its turn in between. */
const entriesAtOnce = 1_000

/** Writes a draft with the entries of a snapshot. The snapshot may change meanwhile: a later line of a record counts. */
export async function writeDraft(path: string, snapshot: Iterable<Entry>): Promise<Draft> {
  const file = await open(`${path}.next`, 'w', 0o600)
  try {
    return { file, lines: await writeEntries(file, snapshot) }
  } catch (error) {
    await file.close()
    throw error
  }
}

async function writeEntries(file: FileHandle, snapshot: Iterable<Entry>): Promise<number> {
  let waiting = [headerText]
  let lines = 0
  for (const entry of snapshot) {
    waiting.push(JSON.stringify(entry))
    lines += 1
    if (waiting.length < entriesAtOnce) continue
    await file.appendFile(textOf(waiting))
    waiting = []
  }
  if (waiting.length > 0) await file.appendFile(textOf(waiting))
  return lines
}

/**
 * Adds lines to a draft and puts it in the place of the journal. At every moment the path names a file that has everything which was on disk
 * before; a process that is killed in between leaves a draft, which the next start writes anew.
 */
export async function takePlace(path: string, { file }: Draft, lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await file.appendFile(textOf(lines))
  await file.datasync()
  await rename(`${path}.next`, path)
  await syncFolder(dirname(path))
}

/** The text of whole lines. */
export function textOf(lines: readonly string[]): string {
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
