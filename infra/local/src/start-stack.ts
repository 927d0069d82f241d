import { drivers, stopOrder } from './services/drivers.js'
import { type RunningServer, stopServer } from './services/running-server.js'
import type { ServiceContext } from './services/service-driver.js'
import { type StartedService, startService } from './services/start-service.js'
import {
  type Environment,
  neededServices,
  type OnProgress,
  type ServiceName,
  type Stack,
  type StartStackOptions,
} from './stack.js'
import { type StackLayout, stackLayout } from './stack-layout.js'
import { stackFrom } from './stack-value.js'
import { withLock } from './state/launch-lock.js'
import { openState, type StateFile } from './state/state-file.js'

/** Longer than another launcher takes to build Temporal. */
const lockTimeoutMs = 25 * 60_000

/**
 * Starts the servers of a stack that do not run, in parallel, and waits until each answers a client. They are detached and
 * outlive this process. When one fails, those that this call launched are stopped.
 *
 * @throws StackError with what happened and what to type.
 */
export async function startStack(options: StartStackOptions): Promise<Stack> {
  const { env = process.env, onProgress = () => {}, signal } = options
  const layout = stackLayout(options)
  const onWait = (pid: number): void =>
    onProgress({ service: 'stack', phase: 'working', message: `waiting for process ${pid}`, elapsedMs: 0 })
  return withLock(layout.lockDir, { timeoutMs: lockTimeoutMs, signal, onWait }, async () => {
    const file = openState(layout)
    const start = new StackStart(layout, file, env, onProgress, signal)
    return stackFrom(layout, await start.run([...neededServices, ...(options.with ?? [])]))
  })
}

/** One call's start of all services; the first failure, or the caller's abort, ends the others. */
class StackStart {
  readonly #failed = new AbortController()
  readonly #signal: AbortSignal
  readonly #launched = new Map<ServiceName, RunningServer>()

  constructor(
    private readonly layout: StackLayout,
    private readonly file: StateFile,
    private readonly env: Environment,
    private readonly onProgress: OnProgress,
    signal: AbortSignal | undefined,
  ) {
    this.#signal = AbortSignal.any([this.#failed.signal, ...(signal === undefined ? [] : [signal])])
  }

  async run(services: readonly ServiceName[]): Promise<readonly StartedService[]> {
    const results = await Promise.allSettled(services.map((service) => this.#start(service)))
    const started = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    if (started.length === results.length && !this.#signal.aborted) return started
    await this.#stopLaunched()
    throw this.#signal.reason
  }

  async #start(service: ServiceName): Promise<StartedService> {
    const began = performance.now()
    const elapsed = (): number => Math.round(performance.now() - began)
    const context: ServiceContext = {
      layout: this.layout,
      state: this.file.state,
      env: this.env,
      signal: this.#signal,
      report: (message, phase = 'working') => this.onProgress({ service, phase, message, elapsedMs: elapsed() }),
    }
    try {
      const onLaunch = (server: RunningServer): void => void this.#launched.set(service, server)
      const started = await startService(context, drivers[service], this.file, onLaunch)
      const phase = started.launched === undefined ? 'reused' : 'ready'
      this.onProgress({ service, phase, message: summary(started), elapsedMs: elapsed() })
      return started
    } catch (error) {
      // The first reason stays; the other services only report the abort.
      if (!this.#signal.aborted) this.#failed.abort(error)
      throw error
    }
  }

  async #stopLaunched(): Promise<void> {
    for (const service of stopOrder) {
      const server = this.#launched.get(service)
      if (server !== undefined) await stopServer(service, server)
    }
  }
}

function summary({ version, env }: StartedService): string {
  const [address = ''] = Object.values(env)
  return `${version} at ${address.replace(/^[a-z]+:\/\/(?:[^@]*@)?/, '').replace(/\/.*$/, '')}`
}
