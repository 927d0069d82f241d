import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A source file: its path under the folder that was read, with `/` on every system, and its text. */
export interface Source {
  readonly path: string
  readonly text: string
}

/** The TypeScript sources under a folder, tests aside. */
export function sourcesUnder(folder: string): readonly Source[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !/\.(test|test-d)\.ts$/.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }))
}

/** Biome formats every file, so that each top-level statement begins a line. */
const imports =
  /^(?:import|export) (?:type )?(?:\{[^}]*\}|\*(?: as \w+)?|\w+)(?:, \{[^}]*\})? from '([^']+)'|^import '([^']+)'|import\('([^']+)'\)/gm

/** The modules that a text imports or exports again, also for their types. */
export function importsOf(text: string): readonly string[] {
  return [...text.matchAll(imports)].map(([, from, effect, dynamic]) => from ?? effect ?? dynamic ?? '')
}
