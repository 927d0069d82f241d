import { join } from 'node:path'
import { findRepositoryRoot } from 'seckill-local-stack'

const root = findRepositoryRoot()

/** A file or folder of the repository. */
export function inRepository(...path: readonly string[]): string {
  return join(root, ...path)
}

/** The folder of validators that were downloaded or built; git ignores it. */
export const toolsFolder = inRepository('.tools', 'infra')
