import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { drivers, stopOrder } from './services/drivers.js'
import { socketPath } from './services/mysql-data.js'
import { discardServer, findRunningServer, stopServer } from './services/running-server.js'
import type { OnProgress, ServiceName, StackSelector } from './stack.js'
import { type StackLayout, stackLayout } from './stack-layout.js'
import { withLock } from './state/launch-lock.js'
import { readState } from './state/state-file.js'

const lockTimeoutMs = 60_000

/** Options of stopping a stack. */
export interface StopStackOptions extends StackSelector {
  /** The servers to stop; all of them when left out. */
  readonly services?: readonly ServiceName[] | undefined
  readonly onProgress?: OnProgress | undefined
}

/**
 * Stops the servers that this stack started, Temporal first and Redis last, or those of `services`; data and servers given by URL stay.
 *
 * @throws StackError when one outlives SIGKILL, or a launcher keeps working on the stack for a minute.
 */
export async function stopStack(options: StopStackOptions): Promise<void> {
  const layout = stackLayout(options)
  if (readState(layout) === undefined) return
  await withLock(layout.lockDir, { timeoutMs: lockTimeoutMs }, () =>
    stopServers(layout, options.onProgress, options.services),
  )
}

/**
 * Stops a stack and deletes its data, state and logs.
 *
 * @throws StackError like {@link stopStack}.
 */
export async function resetStack(options: StopStackOptions): Promise<void> {
  const layout = stackLayout(options)
  await withLock(layout.lockDir, { timeoutMs: lockTimeoutMs }, async () => {
    await stopServers(layout, options.onProgress)
    const { services = {} } = readState(layout) ?? {}
    for (const record of Object.values(services)) await discardServer(record)
    const socketDir = dirname(socketPath(layout))
    if (!socketDir.startsWith(layout.dir)) await rm(socketDir, { recursive: true, force: true })
    await rm(layout.dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  })
}

async function stopServers(
  layout: StackLayout,
  onProgress: OnProgress = () => {},
  which: readonly ServiceName[] = stopOrder,
): Promise<void> {
  const services = readState(layout)?.services ?? {}
  for (const service of stopOrder.filter((one) => which.includes(one))) {
    const began = performance.now()
    const server = await findRunningServer(layout, service, services[service])
    if (server === undefined) continue
    await stopServer(service, server)
    const elapsedMs = Math.round(performance.now() - began)
    onProgress({ service, phase: 'stopped', message: `${drivers[service].title} stopped`, elapsedMs })
  }
}
