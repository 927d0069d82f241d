import { readFileSync, writeFileSync } from 'node:fs'
import { reasonOf } from './reason.js'

/**
 * The bytes of a file.
 * @throws {Error} that names the file when it cannot be read
 */
export function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new Error(`${file} cannot be read: ${reasonOf(cause)}`, { cause })
  }
}

/**
 * Writes a text to a file.
 * @throws {Error} that names the file when it cannot be written
 */
export function writeText(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (cause) {
    throw new Error(`${file} cannot be written: ${reasonOf(cause)}`, { cause })
  }
}
