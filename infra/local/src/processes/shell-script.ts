import { chmod, writeFile } from 'node:fs/promises'

/** Writes a shell script that can be run. */
export async function writeScript(file: string, text: string): Promise<void> {
  await writeFile(file, `#!/bin/sh\n${text}\n`)
  await chmod(file, 0o755)
}

/** A value as a shell reads it. */
export function quoted(value: string): string {
  return `'${value.replaceAll("'", String.raw`'\''`)}'`
}
