import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { findServer } from '../discovery/executable.js'
import type { Environment } from '../stack.js'
import type { ServiceContext } from './service-driver.js'
import { temporalCliVersion } from './temporal-version.js'

const module = `github.com/temporalio/cli/cmd/temporal@${temporalCliVersion}`
const limitMs = 20 * 60_000
const tickMs = 10_000

/**
 * Builds the Temporal CLI with Go and puts it at `target`.
 *
 * @throws when Go is not installed, or with the last lines of a failed build.
 */
export async function goInstallTemporal(context: ServiceContext, target: string): Promise<void> {
  const go = findGo(context.env)
  if (go === undefined) throw new Error('Go is not on this machine.')
  context.report(`building it: ${go} install ${module} (about 3 minutes, once per user)`)
  const started = performance.now()
  const ticking = setInterval(() => {
    context.report(`still building: ${Math.round((performance.now() - started) / 1000)} s`, 'tick')
  }, tickMs)
  const directory = join(dirname(target), `build-${randomUUID()}`)
  await mkdir(directory, { recursive: true })
  try {
    await build(context, go, directory)
    await rename(join(directory, 'temporal'), target)
  } finally {
    clearInterval(ticking)
    await rm(directory, { recursive: true, force: true })
  }
}

/** The `go` program on PATH or where its installers put it. */
export function findGo(env: Environment): string | undefined {
  return findServer(['go'], { PATH: `${env.PATH ?? ''}:/usr/local/go/bin:/snap/bin` })
}

async function build({ env, signal }: ServiceContext, go: string, GOBIN: string): Promise<void> {
  const { failed, isCanceled, all } = await execa(go, ['install', module], {
    all: true,
    reject: false,
    stdin: 'ignore',
    timeout: limitMs,
    cancelSignal: signal,
    extendEnv: false,
    env: { ...(env as Record<string, string>), GOBIN, GOFLAGS: '' },
  })
  if (isCanceled) signal.throwIfAborted()
  if (failed) throw new Error((all ?? '').split('\n').slice(-5).join(' | '))
}
