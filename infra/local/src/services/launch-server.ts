import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { runContainer } from '../discovery/docker.js'
import { isExecutable, serverEnvironment } from '../discovery/executable.js'
import { freePort, isPortFree } from '../discovery/free-port.js'
import { launchDaemon } from '../processes/daemon.js'
import { logExcerpt, logSize } from '../processes/log-tail.js'
import { waitUntil } from '../processes/wait-until.js'
import { StackError } from '../stack-error.js'
import type { ContainerRecord, ProcessRecord, ServiceRecord } from '../state/stack-state.js'
import type { StateFile } from '../state/state-file.js'
import { chosenServer, otherServerFolder, serversVariable } from './other-servers.js'
import type { RunningServer } from './running-server.js'
import type { ServerSource, ServiceContext, ServiceDriver } from './service-driver.js'

/** A launched server, and the byte of its log at which this launch begins. */
export interface LaunchedServer {
  readonly server: RunningServer
  readonly logFrom: number
}

/**
 * Launches a service's server on its data, and on its former port where that is free. The state file has the port before
 * the process exists, and the pid file has the process before the state file does.
 */
export async function launchServer(
  context: ServiceContext,
  driver: ServiceDriver,
  file: StateFile,
): Promise<LaunchedServer> {
  const previous = file.record(driver.service)
  const record = await planRecord(context, driver, previous)
  if (record.kind === 'container') {
    file.setRecord(driver.service, record)
    context.report(`starting ${record.image} in Docker on port ${record.port}`, 'launching')
    await runContainer(await driver.container(context, record))
    context.report('started', 'launched')
    return { server: { kind: 'container', record }, logFrom: 0 }
  }
  await driver.prepare(context, record)
  context.signal.throwIfAborted()
  file.setRecord(driver.service, record)
  return launchProcess(context, driver, file, record)
}

async function launchProcess(
  context: ServiceContext,
  driver: ServiceDriver,
  file: StateFile,
  record: ProcessRecord,
): Promise<LaunchedServer> {
  const logFile = context.layout.logFile(driver.service)
  const logFrom = logSize(logFile)
  context.report(`starting ${record.binary} on port ${record.port}`, 'launching')
  const identity = await launchDaemon({
    binary: record.binary,
    args: driver.args(context, record),
    env: { ...serverEnvironment(context.env), ...driver.variables?.(context.layout) },
    pidFile: context.layout.pidFile(driver.service),
    logFile,
  })
  context.report('started', 'launched')
  if (identity === undefined) throw endedDuringStart(driver, logFile, logFrom)
  const running = { ...record, ...identity }
  file.setRecord(driver.service, running)
  return { server: { kind: 'process', identity, record: running }, logFrom }
}

/** The error for a server that ended before it was ready, with its last lines. */
export function endedDuringStart(driver: ServiceDriver, logFile: string, logFrom: number): StackError {
  return new StackError(
    'START_FAILED',
    `${driver.title} ended while it started. ${logExcerpt(logFile, logFrom)}`,
    'Fix what the lines say, or delete the data with `./seckill stack reset`.',
  )
}

async function planRecord(
  context: ServiceContext,
  driver: ServiceDriver,
  previous: ServiceRecord | undefined,
): Promise<ProcessRecord | ContainerRecord> {
  const source = await sourceFor(context, driver, previous)
  const old = previous === undefined || previous.kind === 'external' ? undefined : previous
  const port = await keepOrFreePort(old?.port)
  if (source.kind === 'image') return containerRecord(context, driver, source.image, port)
  const { binary, version } = source
  const oldUiPort = old?.kind === 'process' ? old.uiPort : null
  const uiPort = driver.hasUi ? await keepOrFreePort(oldUiPort ?? undefined) : null
  const dataDir = join(context.layout.serviceDir(driver.service), 'data')
  return { kind: 'process', binary, version, dataDir, port, uiPort, pid: null, startTime: null }
}

/** The source of a server; data stay with the binary or the image that wrote them, while it is installed. */
async function sourceFor(
  context: ServiceContext,
  driver: ServiceDriver,
  previous: ServiceRecord | undefined,
): Promise<ServerSource> {
  requireChosen(context, driver, previous)
  if (previous?.kind === 'process' && isExecutable(previous.binary)) return { ...previous, kind: 'binary' }
  if (previous?.kind === 'container') return { kind: 'image', image: previous.image }
  return driver.obtain(context)
}

/** @throws StackError `PREPARE_FAILED` for data of a server that is not the chosen one */
function requireChosen(
  { env, layout }: ServiceContext,
  { service, title }: ServiceDriver,
  previous: ServiceRecord | undefined,
): void {
  const chosen = chosenServer(service, env)
  if (chosen === undefined || previous === undefined || previous.kind === 'external') return
  if (previous.kind === 'process' && previous.binary.startsWith(join(otherServerFolder(chosen, env), '/'))) return
  throw new StackError(
    'PREPARE_FAILED',
    `The data of ${title} are not of the server that ${serversVariable} chooses, ${chosen}.`,
    `Delete them: ./seckill stack reset --name ${layout.name}\nOr take another stack: --name <name>`,
  )
}

function containerRecord(
  { layout }: ServiceContext,
  { service }: ServiceDriver,
  image: string,
  port: number,
): ContainerRecord {
  const hash = createHash('sha256').update(layout.dir).digest('hex').slice(0, 12)
  const name = `seckill-${layout.name}-${service}-${hash}`
  return { kind: 'container', image, container: name, volume: name, port }
}

/** The former port once it is free, or another one: the kernel releases the port of a killed server with a delay. */
async function keepOrFreePort(port: number | undefined): Promise<number> {
  if (port === undefined) return freePort()
  const free = await waitUntil(() => isPortFree(port), { timeoutMs: 3_000, everyMs: 20 })
  return free ? port : freePort()
}
