import type { FileHandle } from 'node:fs/promises'

const newline = 0x0a
const chunkBytes = 256 * 1_024

/** A line of a file; the first has the number 1. */
interface Line {
  readonly text: string
  readonly number: number
}

/**
 * Reads the lines of a file that end in a newline; a rest without one is not given. Only the byte 0x0A ends a line: JSON may hold U+2028, at
 * which `readline` would split.
 */
export async function* completeLines(file: FileHandle): AsyncGenerator<Line> {
  let pieces: Buffer[] = []
  let offset = 0
  let number = 0
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, offset)
    if (bytesRead === 0) return
    let from = 0
    for (let at = buffer.indexOf(newline); at !== -1 && at < bytesRead; at = buffer.indexOf(newline, from)) {
      pieces.push(buffer.subarray(from, at))
      number += 1
      yield { text: Buffer.concat(pieces).toString(), number }
      pieces = []
      from = at + 1
    }
    pieces.push(buffer.subarray(from, bytesRead))
    offset += bytesRead
  }
}
