import { existsSync, readFileSync } from 'node:fs'

/** What a process writes to its READY_FILE once it serves: its bound ports by name. */
export type ReadyPorts = Readonly<Record<string, number>>

/** The ports in a ready file, or undefined while the file is not there or not yet complete. */
export function readReadyFile(file: string): ReadyPorts | undefined {
  if (!existsSync(file)) return undefined
  const text = readFileSync(file, 'utf8')
  if (!text.trimEnd().endsWith('}')) return undefined
  return JSON.parse(text) as ReadyPorts
}

/** @throws Error when the process did not say where it listens */
export function portOf(ports: ReadyPorts, name: string): number {
  const port = ports[name]
  if (port === undefined) throw new Error(`The ready file names no ${name}: it has ${Object.keys(ports).join(', ')}.`)
  return port
}
