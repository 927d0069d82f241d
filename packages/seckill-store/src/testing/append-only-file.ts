import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Cuts the last commands off the append-only file of a Redis that is stopped, as a disk does that lost what it had confirmed. What a
 * script writes is one command.
 * @param dataDir - the directory of Redis' data
 * @throws Error when the file has fewer commands
 */
export async function dropLastCommands(dataDir: string, count: number): Promise<void> {
  const folder = join(dataDir, 'appendonlydir')
  const name = (await readdir(folder))
    .filter((file) => file.endsWith('.incr.aof'))
    .sort()
    .at(-1)
  if (name === undefined) throw new Error(`no append-only file in ${folder}`)
  const file = join(folder, name)
  const bytes = await readFile(file)
  const starts = commandStarts(bytes)
  if (starts.length < count) throw new Error(`${name} has ${starts.length} commands, not ${count}`)
  await writeFile(file, bytes.subarray(0, starts[starts.length - count]))
}

/** The offsets of the commands; MULTI to EXEC is one. */
function commandStarts(bytes: Buffer): number[] {
  const starts: number[] = []
  let inTransaction = false
  for (let at = 0; at < bytes.length; ) {
    const { words, end } = readCommand(bytes, at)
    const verb = words[0]?.toUpperCase()
    if (!inTransaction) starts.push(at)
    if (verb === 'MULTI') inTransaction = true
    if (verb === 'EXEC') inTransaction = false
    at = end
  }
  return starts
}

function readCommand(bytes: Buffer, from: number): { words: string[]; end: number } {
  const words: string[] = []
  let at = from
  const line = (): string => {
    const end = bytes.indexOf('\r\n', at)
    const text = bytes.toString('latin1', at, end)
    at = end + 2
    return text
  }
  for (let left = Number(line().slice(1)); left > 0; left -= 1) {
    const length = Number(line().slice(1))
    words.push(bytes.toString('latin1', at, at + length))
    at += length + 2
  }
  return { words, end: at }
}
