import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { StackError } from './stack-error.js'

const manifest = z.object({ name: z.string(), workspaces: z.array(z.string()) }).partial()

/**
 * The absolute path of this repository, independent of the working directory.
 *
 * @throws StackError `NOT_IN_REPOSITORY` when the package was moved out of it.
 */
export function findRepositoryRoot(from: string = dirname(fileURLToPath(import.meta.url))): string {
  for (let directory = from; ; directory = dirname(directory)) {
    if (isRoot(join(directory, 'package.json'))) return directory
    if (directory === dirname(directory)) break
  }
  throw new StackError(
    'NOT_IN_REPOSITORY',
    `There is no seckill repository above ${from}.`,
    'Run this from a clone of the repository.',
  )
}

function isRoot(file: string): boolean {
  if (!existsSync(file)) return false
  const parsed = manifest.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  return parsed.success && parsed.data.name === 'seckill' && parsed.data.workspaces !== undefined
}
