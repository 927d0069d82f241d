import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { findOnPath } from 'seckill-local-stack'
import { waitedChildrenMicros } from '../measure/waited-children.js'

/** The output of a load generator, and the CPU microseconds it used. */
export interface GeneratorRun {
  readonly output: string
  readonly cpuMicros: number
}

/** A load generator is not installed; the message says how to get it. */
export class GeneratorMissing extends Error {
  override readonly name = 'GeneratorMissing'
}

/** Says which of the generators PATH lacks. */
export function missingGenerators(): readonly GeneratorMissing[] {
  return Object.keys(debianPackages)
    .filter((name) => findOnPath(name, process.env) === undefined)
    .map(missing)
}

function missing(name: string): GeneratorMissing {
  const debian = debianPackages[name] ?? name
  return new GeneratorMissing(`${name} is not on PATH: apt-get install ${debian} (macOS: brew install ${name})`)
}

const debianPackages: Readonly<Record<string, string>> = { wrk: 'wrk', 'redis-benchmark': 'redis-tools' }
const largestOutput = 1024 * 1024

/** Runs a generator from PATH until it ends. @throws GeneratorMissing when PATH has none */
export async function runGenerator(
  name: string,
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly signal: AbortSignal },
): Promise<GeneratorRun> {
  const before = waitedChildrenMicros()
  const env = { ...process.env, ...options.env }
  try {
    const { stdout } = await promisify(execFile)(name, [...args], {
      env,
      signal: options.signal,
      maxBuffer: largestOutput,
    })
    return { output: stdout, cpuMicros: waitedChildrenMicros() - before }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw missing(name)
  }
}
