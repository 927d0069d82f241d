import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs'

const maxBytes = 64 * 1024

/** The size of a log in bytes, from which later lines can be read; 0 for a log that does not exist. */
export function logSize(file: string): number {
  return existsSync(file) ? statSync(file).size : 0
}

/** The last lines of a log, oldest first, none of them from before byte `from`. */
export function lastLogLines(file: string, count: number, from = 0): readonly string[] {
  if (!existsSync(file)) return []
  const descriptor = openSync(file, 'r')
  try {
    const { size } = fstatSync(descriptor)
    const start = Math.max(from, size - maxBytes)
    const buffer = Buffer.alloc(Math.max(0, size - start))
    const read = readSync(descriptor, buffer, 0, buffer.length, start)
    const lines = buffer.toString('utf8', 0, read).split('\n')
    return lines.filter((line) => line.trim() !== '').slice(-count)
  } finally {
    closeSync(descriptor)
  }
}

/** The last 20 lines of a log as a paragraph for an error message. */
export function logExcerpt(file: string, from = 0): string {
  const lines = lastLogLines(file, 20, from)
  if (lines.length === 0) return `(it wrote nothing to ${file})`
  return [`Its last lines, from ${file}:`, ...lines.map((line) => `  | ${line}`)].join('\n')
}
