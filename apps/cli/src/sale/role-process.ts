import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Stack, startProcess } from 'seckill-local-stack'
import { type ReadyPorts, readReadyFile } from 'seckill-process/ready-file'
import { entryOf, NODE_FLAGS, PORT_VARIABLES, type SaleRole } from './roles.js'

export interface RoleLaunch {
  readonly root: string
  readonly stack: Stack
  readonly logDir: string
  readonly secret: string
  readonly env: Readonly<Record<string, string>>
  /** The ports it had before; free ones when not given. */
  readonly ports: ReadyPorts | undefined
}

/** One running process of the sale. */
export interface RoleProcess {
  readonly ports: ReadyPorts
  readonly logFile: string
  /** Never settles when the process was killed or stopped through this object. */
  readonly unexpectedEnd: Promise<void>
  kill(): Promise<void>
  stop(): Promise<void>
}

const START_TIMEOUT_MS = 60_000
/** Longer than either process takes to finish what it has begun. */
const STOP_GRACE_MS = 25_000

/** Starts a role's process and waits for its ready file. */
export async function startRole(role: SaleRole, launch: RoleLaunch): Promise<RoleProcess> {
  mkdirSync(launch.logDir, { recursive: true })
  const logFile = join(launch.logDir, `${role}.log`)
  const readyFile = join(launch.logDir, `${role}.ready.json`)
  rmSync(readyFile, { force: true })
  const child = await startProcess({
    name: role,
    command: process.execPath,
    args: [...NODE_FLAGS, entryOf(launch.root, role)],
    env: environmentOf(role, readyFile, launch),
    logFile,
    ready: async () => readReadyFile(readyFile) !== undefined,
    timeoutMs: START_TIMEOUT_MS,
    stopGraceMs: STOP_GRACE_MS,
  })
  const ports = readReadyFile(readyFile)
  if (ports === undefined) throw new Error(`${role} removed its ready file ${readyFile} while it started.`)
  let expected = false
  const end = async (ending: () => unknown): Promise<void> => {
    expected = true
    await ending()
    await child.exited
  }
  return {
    ports,
    logFile,
    unexpectedEnd: new Promise((resolve) => void child.exited.then(() => expected || resolve())),
    kill: () => end(() => child.kill('SIGKILL')),
    stop: () => end(() => child.stop()),
  }
}

/** What a role's process sees: the stack, its mode, its ports; never the account that may change tables. */
function environmentOf(role: SaleRole, readyFile: string, launch: RoleLaunch): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR, NODE_OPTIONS } = process.env
  const inherited = { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), ...(NODE_OPTIONS ? { NODE_OPTIONS } : {}) }
  const ports = Object.entries(PORT_VARIABLES[role]).map(([name, variable]) => [
    variable,
    String(launch.ports?.[name] ?? 0),
  ])
  const uiUrl = launch.stack.temporalUiUrl
  const { DATABASE_MIGRATION_URL: _, ...servers } = launch.stack.env
  return {
    ...inherited,
    NODE_ENV: 'production',
    LOG_LEVEL: 'warn',
    ...servers,
    SECKILL_MODE: 'local',
    AUTH_LOCAL_SECRET: launch.secret,
    ...(uiUrl === null ? {} : { TEMPORAL_UI_URL: uiUrl }),
    READY_FILE: readyFile,
    ...Object.fromEntries(ports),
    ...launch.env,
  }
}
