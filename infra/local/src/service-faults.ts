import { waitUntil } from './processes/wait-until.js'
import { drivers } from './services/drivers.js'
import { findRunningServer, hasEnded, type RunningServer, signalServer, stopServer } from './services/running-server.js'
import { startService } from './services/start-service.js'
import type { Environment, ServiceName, Stack } from './stack.js'
import { StackError } from './stack-error.js'
import { layoutIn, type StackLayout } from './stack-layout.js'
import { withLock } from './state/launch-lock.js'
import { openState, readState } from './state/state-file.js'

/**
 * Sends a signal to a server of the stack, SIGKILL by default, and resolves once it has exited; for SIGSTOP and SIGCONT
 * at once.
 *
 * @throws StackError `NOT_RUNNING` or, for a server given by URL, `NOT_OURS`.
 */
export async function killService(
  stack: Stack,
  service: ServiceName,
  signal: NodeJS.Signals = 'SIGKILL',
): Promise<void> {
  const server = await ownServer(layoutIn(stack.dir), service)
  if (server === undefined || !(await signalServer(server, signal))) {
    throw new StackError(
      'NOT_RUNNING',
      `The ${service} of the stack ${stack.name} does not run.`,
      'Start it: ./seckill stack up',
    )
  }
  if (signal === 'SIGSTOP' || signal === 'SIGCONT') return
  const timeoutMs = drivers[service].stopGraceMs
  if (await waitUntil(() => hasEnded(server), { timeoutMs, everyMs: 10 })) return
  throw new StackError(
    'STOP_FAILED',
    `The ${service} of the stack ${stack.name} still runs ${timeoutMs} ms after ${signal}.`,
    'Use SIGKILL.',
  )
}

/**
 * Restarts a service's server on its port and data, and resolves once it answers.
 *
 * @throws StackError `NOT_OURS`, or `START_FAILED` when its port was taken meanwhile.
 */
export async function restartService(stack: Stack, service: ServiceName): Promise<void> {
  const layout = layoutIn(stack.dir)
  await withLock(layout.lockDir, { timeoutMs: 60_000 }, async () => {
    const running = await ownServer(layout, service)
    if (running !== undefined) await stopServer(service, running)
    const file = openState(layout)
    const context = {
      layout,
      state: file.state,
      env: withoutUrls(process.env),
      signal: new AbortController().signal,
      report: () => {},
    }
    const { env, launched } = await startService(context, drivers[service], file, () => {})
    const moved = Object.entries(env).find(([variable, url]) => stack.env[variable] !== url)
    if (moved === undefined || launched === undefined) return
    await stopServer(service, launched)
    throw new StackError(
      'START_FAILED',
      `Another process took the port of the ${service} of the stack ${stack.name}.`,
      'Start the stack again.',
    )
  })
}

async function ownServer(layout: StackLayout, service: ServiceName): Promise<RunningServer | undefined> {
  const record = readState(layout)?.services[service]
  if (record?.kind === 'external') {
    throw new StackError(
      'NOT_OURS',
      `The ${service} was given by URL, and the stack ends only servers it started.`,
      'Unset its URL.',
    )
  }
  return findRunningServer(layout, service, record)
}

/** The environment without server URLs: a stack's own server is restarted even where they name another one. */
function withoutUrls({
  REDIS_URL,
  DATABASE_URL,
  DATABASE_MIGRATION_URL,
  TEMPORAL_ADDRESS,
  RABBITMQ_URL,
  ...env
}: Environment): Environment {
  return env
}
