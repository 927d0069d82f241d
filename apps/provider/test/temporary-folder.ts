import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const root = mkdtempSync(join(tmpdir(), 'provider-'))

// Registered first, so that it runs behind every other hook of a test file.
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** A new folder, which is gone behind the last test of the file. */
export function temporaryFolder(): string {
  return mkdtempSync(join(root, 'folder-'))
}
