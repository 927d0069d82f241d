import { existsSync, readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'

/** The bound ports of a process by name. */
export type ReadyPorts = Readonly<Record<string, number>>

/** Announces that the process serves; the rename lets a reader see the whole file or none. */
export async function writeReadyFile(file: string, ports: ReadyPorts): Promise<void> {
  const draft = `${file}.${process.pid}`
  await writeFile(draft, `${JSON.stringify(ports)}\n`)
  await rename(draft, file)
}

/** The ports in a ready file, or undefined before its process serves. */
export function readReadyFile(file: string): ReadyPorts | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ReadyPorts) : undefined
}

/** @throws Error when the ready file does not name the port. */
export function portOf(ports: ReadyPorts, name: string): number {
  const port = ports[name]
  if (port === undefined) throw new Error(`The ready file names no ${name}; it names ${Object.keys(ports).join(', ')}.`)
  return port
}
