import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findRepositoryRoot } from 'seckill-local-stack'

/** The version of an installed package. */
export function versionOf(name: string): string {
  const manifest = join(findRepositoryRoot(), 'node_modules', name, 'package.json')
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version
}
