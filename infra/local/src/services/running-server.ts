import {
  containerLog,
  containerRuns,
  removeContainer,
  removeVolume,
  signalContainer,
  stopContainer,
} from '../discovery/docker.js'
import { findDaemon } from '../processes/daemon.js'
import { lastLogLines } from '../processes/log-tail.js'
import { isAlive, type ProcessIdentity } from '../processes/process-identity.js'
import { signalProcess, terminate } from '../processes/terminate.js'
import type { ServiceName } from '../stack.js'
import type { StackLayout } from '../stack-layout.js'
import type { ContainerRecord, ProcessRecord, ServiceRecord } from '../state/stack-state.js'
import { drivers } from './drivers.js'

/** A server that this stack started and that runs. */
export type RunningServer =
  | { readonly kind: 'process'; readonly identity: ProcessIdentity; readonly record: ProcessRecord }
  | { readonly kind: 'container'; readonly record: ContainerRecord }

/**
 * The running server of a record: the recorded process, or the process in the pid file of a launcher that was killed
 * before it could record it.
 */
export async function findRunningServer(
  layout: StackLayout,
  service: ServiceName,
  record: ServiceRecord | undefined,
): Promise<RunningServer | undefined> {
  if (record === undefined || record.kind === 'external') return undefined
  if (record.kind === 'container') {
    return (await containerRuns(record.container)) ? { kind: 'container', record } : undefined
  }
  const { pid, startTime } = record
  const known = pid !== null && startTime !== null && isAlive({ pid, startTime })
  const identity = known ? { pid, startTime } : findDaemon(layout.pidFile(service), record.dataDir)
  return identity === undefined ? undefined : { kind: 'process', identity, record: { ...record, ...identity } }
}

/** Ends a server within its grace; its data stays. */
export async function stopServer(service: ServiceName, server: RunningServer): Promise<void> {
  const grace = drivers[service].stopGraceMs
  if (server.kind === 'process') await terminate(server.identity, grace)
  else await stopContainer(server.record.container, grace)
}

/** Sends a signal to a server; resolves with `false` when it had exited before. */
export async function signalServer(server: RunningServer, signal: NodeJS.Signals): Promise<boolean> {
  if (server.kind === 'process') return signalProcess(server.identity, signal)
  await signalContainer(server.record.container, signal)
  return true
}

/** Reports whether a server has ended. */
export async function hasEnded(server: RunningServer): Promise<boolean> {
  if (server.kind === 'process') return !isAlive(server.identity)
  return !(await containerRuns(server.record.container))
}

/** Deletes what a server keeps outside the stack's directory. */
export async function discardServer(record: ServiceRecord | undefined): Promise<void> {
  if (record?.kind !== 'container') return
  await removeContainer(record.container)
  await removeVolume(record.volume)
}

/** The last lines a server wrote, oldest first. */
export async function serverLog(
  layout: StackLayout,
  service: ServiceName,
  record: ServiceRecord | undefined,
  lines: number,
): Promise<readonly string[]> {
  if (record?.kind === 'container') return containerLog(record.container, lines)
  return lastLogLines(layout.logFile(service), lines)
}
