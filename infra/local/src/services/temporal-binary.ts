import { homedir } from 'node:os'
import { join } from 'node:path'
import { findOnPath, isExecutable, versionOf } from '../discovery/executable.js'
import type { Environment } from '../stack.js'
import { reasonOf, StackError } from '../stack-error.js'
import type { ServerSource, ServiceContext } from './service-driver.js'
import { downloadTemporal } from './temporal-download.js'
import { goInstallTemporal } from './temporal-go-install.js'
import { temporalCliVersion } from './temporal-version.js'

/** The path of the Temporal CLI in the user's cache, which all clones use. */
function cachedTemporal(env: Environment): string {
  const cache = env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache')
  return join(cache, 'seckill', `temporal-${temporalCliVersion.slice(1)}`, 'temporal')
}

/** The Temporal CLI on PATH or in the user's cache. */
export function findTemporal(env: Environment): string | undefined {
  const cached = cachedTemporal(env)
  return findOnPath('temporal', env) ?? (isExecutable(cached) ? cached : undefined)
}

/** Finds the Temporal CLI, or downloads it as the SDK does, or builds it with Go. */
export async function obtainTemporal(context: ServiceContext): Promise<ServerSource> {
  const here = findTemporal(context.env)
  if (here !== undefined) return binarySource(here)
  const target = cachedTemporal(context.env)
  const failures: string[] = []
  for (const [way, provide] of [
    ['download', downloadTemporal],
    ['go install', goInstallTemporal],
  ] as const) {
    try {
      await provide(context, target)
      return await binarySource(target)
    } catch (error) {
      context.signal.throwIfAborted()
      failures.push(`${way}: ${reasonOf(error)}`)
      context.report(failures.at(-1) ?? '')
    }
  }
  throw missingTemporal(failures)
}

/** The line that installs the Temporal CLI on this machine. */
export function temporalInstallLine(): string {
  if (process.platform === 'darwin') return 'brew install temporal'
  return `go install github.com/temporalio/cli/cmd/temporal@${temporalCliVersion}   (with Go 1.24 or newer)`
}

function missingTemporal(failures: readonly string[]): StackError {
  return new StackError(
    'MISSING_SERVER',
    ['The Temporal server is not on this machine and could not be fetched:', ...failures.map((f) => `  ${f}`)].join(
      '\n',
    ),
    `Type: ${temporalInstallLine()}\nOr put a \`temporal\` from https://temporal.io/setup/install-temporal-cli on PATH, or set TEMPORAL_ADDRESS.`,
  )
}

async function binarySource(binary: string): Promise<ServerSource> {
  return { kind: 'binary', binary, version: await versionOf(binary, ['--version']) }
}
