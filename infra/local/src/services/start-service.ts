import { waitUntil } from '../processes/wait-until.js'
import { reasonOf, StackError } from '../stack-error.js'
import type { StateFile } from '../state/state-file.js'
import { endedDuringStart, type LaunchedServer, launchServer } from './launch-server.js'
import { findRunningServer, hasEnded, type RunningServer, stopServer } from './running-server.js'
import type { ServiceContext, ServiceDriver, ServiceEnv } from './service-driver.js'

const readyTimeoutMs = 90_000
const givenTimeoutMs = 5_000

/** A service that answers. */
export interface StartedService {
  readonly env: ServiceEnv
  /** Product and version, for example `Redis 7.0.15`. */
  readonly version: string
  /** The server that this call launched; `undefined` when it ran before or was given by URL. */
  readonly launched: RunningServer | undefined
}

/**
 * Makes sure that a service runs and answers: the server given by URL, the one that runs already, or a new one.
 * `onLaunch` is called with a new server before it answers.
 *
 * @throws StackError when none of them answers.
 */
export async function startService(
  context: ServiceContext,
  driver: ServiceDriver,
  file: StateFile,
  onLaunch: (server: RunningServer) => void,
): Promise<StartedService> {
  const running = await findRunningServer(context.layout, driver.service, file.record(driver.service))
  const given = driver.given(context.env)
  if (given !== undefined) return useGiven(context, driver, file, given, running)
  if (running !== undefined) {
    file.setRecord(driver.service, running.record)
    const launch = { server: running, logFrom: 0 }
    return { ...(await untilReady(context, driver, launch)), launched: undefined }
  }
  const launch = await launchServer(context, driver, file)
  onLaunch(launch.server)
  return { ...(await untilReady(context, driver, launch)), launched: launch.server }
}

async function useGiven(
  context: ServiceContext,
  driver: ServiceDriver,
  file: StateFile,
  env: ServiceEnv,
  own: RunningServer | undefined,
): Promise<StartedService> {
  let failure: unknown
  let version = ''
  const answers = async (): Promise<boolean> => {
    try {
      version = await driver.check(env)
      return true
    } catch (error) {
      failure = error
      return false
    }
  }
  if (!(await waitUntil(answers, { timeoutMs: givenTimeoutMs, everyMs: 250, signal: context.signal }))) {
    const [variable = '', url = ''] = Object.entries(env)[0] ?? []
    const hint = `Start that server or correct ${variable}; unset it to have a private one started.`
    throw new StackError(
      'UNREACHABLE',
      `${variable}=${withoutPassword(url)} does not answer: ${reasonOf(failure)}`,
      hint,
      {
        cause: failure,
      },
    )
  }
  if (own !== undefined) {
    context.report('stopping the private server: one is given by URL now')
    await stopServer(driver.service, own)
  }
  file.setRecord(driver.service, { kind: 'external', env: { ...env } })
  return { env, version, launched: undefined }
}

/** Waits until the server answers. @throws StackError when it exits first, or takes longer than 90 s. */
async function untilReady(
  context: ServiceContext,
  driver: ServiceDriver,
  { server, logFrom }: LaunchedServer,
): Promise<{ readonly env: ServiceEnv; readonly version: string }> {
  const env = driver.env(context.state, server.record)
  let failure: unknown
  let version: string | undefined
  const settled = async (): Promise<boolean> => {
    try {
      version = await driver.check(env)
      return true
    } catch (error) {
      failure = error
      return hasEnded(server)
    }
  }
  await waitUntil(settled, { timeoutMs: readyTimeoutMs, everyMs: 40, signal: context.signal })
  if (version !== undefined) return { env, version }
  const logFile = context.layout.logFile(driver.service)
  if (await hasEnded(server)) throw endedDuringStart(driver, logFile, logFrom)
  throw new StackError(
    'START_FAILED',
    `${driver.title} runs but did not answer within ${readyTimeoutMs / 1000} s: ${reasonOf(failure)}`,
    `Look at \`./seckill stack logs ${driver.service}\`, then \`./seckill stack stop\` and start again.`,
    { cause: failure },
  )
}

/** A server's address without its password, for messages. */
export function withoutPassword(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/[^:/@\s]*):[^@/\s]*@/i, '$1:***@')
}
