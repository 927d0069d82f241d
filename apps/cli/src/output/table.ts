import { styleText } from 'node:util'

/** Rows as aligned columns; the last column is not padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ')
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('')
}

/** Colours a text where the stream is a terminal that wants colours (`NO_COLOR`, `FORCE_COLOR`). */
export function coloured(
  style: 'green' | 'red' | 'yellow' | 'dim',
  text: string,
  stream: NodeJS.WritableStream = process.stderr,
): string {
  return styleText(style, text, { stream })
}

/** Milliseconds as seconds, for people. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}
