import { drivers } from './services/drivers.js'
import { findRunningServer, serverLog } from './services/running-server.js'
import type { ServiceEnv } from './services/service-driver.js'
import { withoutPassword } from './services/start-service.js'
import { neededServices, optionalServices, type ServiceName, type Stack, type StackSelector } from './stack.js'
import { reasonOf } from './stack-error.js'
import { type StackLayout, stackLayout } from './stack-layout.js'
import { stackFrom } from './stack-value.js'
import type { StackState } from './state/stack-state.js'
import { readState } from './state/state-file.js'

/** The condition of one service of a stack. */
export interface ServiceStatus {
  readonly service: ServiceName
  /** `healthy`: it answers; `unhealthy`: it runs and does not answer; `stopped`: it ran before; `absent`: it never ran. */
  readonly condition: 'healthy' | 'unhealthy' | 'stopped' | 'absent'
  readonly kind: 'process' | 'container' | 'external' | null
  readonly pid: number | null
  readonly port: number | null
  readonly version: string | null
  readonly dataDir: string | null
  readonly logFile: string | null
  /** The variables by which clients find it, without passwords. */
  readonly env: ServiceEnv
  /** The reason that it does not answer. */
  readonly reason: string | null
}

/** The condition of a stack. */
export interface StackStatus {
  readonly name: string
  readonly dir: string
  /** `true` when every server answers; one that a stack has only where it is asked for may be stopped. */
  readonly healthy: boolean
  readonly services: readonly ServiceStatus[]
}

/** Reads the condition of every service of a stack; changes nothing. */
export async function stackStatus(selector: StackSelector): Promise<StackStatus> {
  const layout = stackLayout(selector)
  const state = readState(layout)
  const known = [...neededServices, ...optionalServices.filter((service) => state?.services[service] !== undefined)]
  const services = await Promise.all(known.map((service) => serviceStatus(layout, state, service)))
  const healthy = services.every(
    ({ service, condition }) => condition === 'healthy' || mayBeStopped(service, condition),
  )
  return { name: layout.name, dir: layout.dir, healthy, services }
}

function mayBeStopped(service: ServiceName, condition: ServiceStatus['condition']): boolean {
  return condition === 'stopped' && optionalServices.some((optional) => optional === service)
}

/** The stack by this name; `undefined` unless every server of all stacks runs or was given by URL. Starts nothing. */
export async function findStack(selector: StackSelector): Promise<Stack | undefined> {
  const layout = stackLayout(selector)
  const state = readState(layout)
  if (state === undefined) return undefined
  const read = (service: ServiceName) => serviceEnv(layout, state, service)
  const needed = (await Promise.all(neededServices.map(read))).flatMap((env) => (env === undefined ? [] : [{ env }]))
  if (needed.length < neededServices.length) return undefined
  const optional = (await Promise.all(optionalServices.map(read))).flatMap((env) =>
    env === undefined ? [] : [{ env }],
  )
  return stackFrom(layout, [...needed, ...optional])
}

/** The last lines that a service wrote, oldest first. */
export async function serviceLog(
  selector: StackSelector,
  service: ServiceName,
  lines = 100,
): Promise<readonly string[]> {
  const layout = stackLayout(selector)
  return serverLog(layout, service, readState(layout)?.services[service], lines)
}

async function serviceEnv(
  layout: StackLayout,
  state: StackState,
  service: ServiceName,
): Promise<ServiceEnv | undefined> {
  const record = state.services[service]
  if (record?.kind === 'external') return record.env
  const server = await findRunningServer(layout, service, record)
  return server === undefined ? undefined : drivers[service].env(state, server.record)
}

async function serviceStatus(
  layout: StackLayout,
  state: StackState | undefined,
  service: ServiceName,
): Promise<ServiceStatus> {
  const record = state?.services[service]
  if (state === undefined || record === undefined) return { ...nothingKnown, service }
  const server = await findRunningServer(layout, service, record)
  const env = record.kind === 'external' ? record.env : drivers[service].env(state, record)
  const known = {
    service,
    kind: record.kind,
    pid: server?.kind === 'process' ? server.identity.pid : null,
    port: record.kind === 'external' ? null : record.port,
    dataDir: record.kind === 'process' ? record.dataDir : null,
    logFile: record.kind === 'process' ? layout.logFile(service) : null,
    env: Object.fromEntries(Object.entries(env).map(([variable, url]) => [variable, withoutPassword(url)])),
  } as const
  if (server === undefined && record.kind !== 'external') {
    return { ...known, condition: 'stopped', version: null, reason: 'it does not run' }
  }
  try {
    return { ...known, condition: 'healthy', version: await drivers[service].check(env), reason: null }
  } catch (error) {
    return { ...known, condition: 'unhealthy', version: null, reason: reasonOf(error) }
  }
}

const nothingKnown = {
  condition: 'absent',
  kind: null,
  pid: null,
  port: null,
  version: null,
  dataDir: null,
  logFile: null,
  env: {},
  reason: 'it was never started',
} as const
