import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type ProcessExit, type Stack, startProcess } from 'seckill-local-stack'
import { type ReadyPorts, readReadyFile } from 'seckill-process/ready-file'
import type { AccountUrls } from 'seckill-store/mysql'
import { keyFileIn } from './key-file-in.js'
import type { PaymentEnvironments } from './payment-environments.js'
import { entryOf, nodeFlags, portVariablesOf, type SaleRole } from './roles.js'
import { environmentOfService, servicesApart } from './services-apart.js'

export interface RoleLaunch {
  readonly root: string
  readonly stack: Stack
  readonly logDir: string
  readonly secret: string
  readonly payment: PaymentEnvironments
  /** The accounts of services that run apart; undefined where the worker runs every step. */
  readonly accounts: AccountUrls | undefined
  readonly env: Readonly<Record<string, string>>
  /** The ports of its former process; free ones when not given. */
  readonly ports: ReadyPorts | undefined
}

/** One running process of the sale. */
export interface RoleProcess {
  readonly ports: ReadyPorts
  readonly logFile: string
  /** Never settles when the process was killed or stopped through this object. */
  readonly unexpectedEnd: Promise<void>
  kill(): Promise<ProcessExit>
  /** Stops the process where it is, by SIGSTOP, until {@link thaw}. */
  freeze(): void
  thaw(): void
  /** Sends SIGTERM, and SIGKILL where the process has not ended in its grace time. */
  stop(): Promise<ProcessExit>
}

const startTimeoutMs = 60_000
/** Longer than the shutdown grace of every role. */
const stopGraceMs = 25_000

/** Starts a role's process and waits for its ready file. */
export async function startRole(role: SaleRole, launch: RoleLaunch): Promise<RoleProcess> {
  mkdirSync(launch.logDir, { recursive: true })
  const logFile = join(launch.logDir, `${role}.log`)
  const readyFile = join(launch.logDir, `${role}.ready.json`)
  rmSync(readyFile, { force: true })
  const child = await startProcess({
    name: role,
    command: process.execPath,
    args: [...nodeFlags, entryOf(launch.root, role)],
    env: environmentOf(role, readyFile, launch),
    logFile,
    ready: async () => readReadyFile(readyFile) !== undefined,
    timeoutMs: startTimeoutMs,
    stopGraceMs,
  })
  const ports = readReadyFile(readyFile)
  if (ports === undefined)
    throw new Error(
      `The ready file ${readyFile} of the ${role} vanished while it started: check that no other sale uses the directory.`,
    )
  let expected = false
  const end = async (ending: () => unknown): Promise<ProcessExit> => {
    expected = true
    await ending()
    return child.exited
  }
  return {
    ports,
    logFile,
    unexpectedEnd: new Promise((resolve) => void child.exited.then(() => expected || resolve())),
    kill: () => end(() => child.kill('SIGKILL')),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    stop: () => end(() => child.stop()),
  }
}

/** The environment of a role's process: the stack, its mode and its ports, without the account that may change tables. */
function environmentOf(role: SaleRole, readyFile: string, launch: RoleLaunch): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR, NODE_OPTIONS } = process.env
  const inherited = { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), ...(NODE_OPTIONS ? { NODE_OPTIONS } : {}) }
  const ports = Object.entries(portVariablesOf(role)).map(([name, variable]) => [
    variable,
    String(launch.ports?.[name] ?? 0),
  ])
  return {
    ...inherited,
    NODE_ENV: 'production',
    LOG_LEVEL: 'warn',
    ...(role === 'notifier' && launch.stack.rabbitmqUrl !== null && { NOTIFIER_CHANNELS: 'log,events' }),
    ...settingsOf(role, launch),
    READY_FILE: readyFile,
    ...Object.fromEntries(ports),
    ...launch.env,
  }
}

/** What a role needs of the stack and of the sale; a service that runs apart has only what its steps need. */
function settingsOf(role: SaleRole, launch: RoleLaunch): Readonly<Record<string, string>> {
  const { accounts, payment, stack } = launch
  if (role === 'provider') return payment.provider
  const whole = { ...serversOf(launch), ...payment.sale }
  if (accounts === undefined) return whole
  if (role === 'notifier') return { ...whole, DATABASE_URL: accounts.notification }
  const apart = { ...whole, SERVICES_APART: servicesApart.join() }
  if (role === 'worker') return { ...apart, DATABASE_URL: accounts.worker }
  return environmentOfService(role, { stack, accounts, payment }) ?? apart
}

function serversOf({ stack, secret }: RoleLaunch): Record<string, string> {
  const { DATABASE_MIGRATION_URL: _, ...servers } = stack.env
  const uiUrl = stack.temporalUiUrl
  return {
    ...servers,
    SECKILL_MODE: 'local',
    AUTH_LOCAL_SECRET: secret,
    INSTALLATION_KEYS_FILE: keyFileIn(stack.dir),
    ...(uiUrl === null ? {} : { TEMPORAL_UI_URL: uiUrl }),
  }
}
