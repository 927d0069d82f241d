import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Environment } from '../stack.js'
import { type ProcessIdentity, processCommandLine, processStartTime } from './process-identity.js'
import { waitUntil } from './wait-until.js'

/** A server process to start and leave behind. */
export interface DaemonCommand {
  readonly binary: string
  readonly args: readonly string[]
  readonly env: Environment
  readonly pidFile: string
  readonly logFile: string
}

/**
 * The shell writes its pid and then becomes the server by exec, so a running server always has a pid file. It stops where
 * a pid file exists, so of two servers launched for one data directory only one runs.
 */
const pidThenExec = 'echo "$$" > "$1.$$" && ln "$1.$$" "$1" || exit 75; rm -f "$1.$$"; shift; exec "$@"'

/**
 * Starts a detached server that outlives this process; `undefined` when it exited at once. The caller holds the launch
 * lock, and no server runs for this pid file.
 */
export async function launchDaemon(command: DaemonCommand): Promise<ProcessIdentity | undefined> {
  const { pidFile, logFile } = command
  mkdirSync(dirname(pidFile), { recursive: true, mode: 0o700 })
  mkdirSync(dirname(logFile), { recursive: true, mode: 0o700 })
  rmSync(pidFile, { force: true })
  const log = openSync(logFile, 'a', 0o600)
  let child: ChildProcess
  try {
    child = spawn('/bin/sh', ['-c', pidThenExec, 'sh', pidFile, command.binary, ...command.args], {
      detached: true,
      stdio: ['ignore', log, log],
      env: command.env,
    })
  } finally {
    closeSync(log)
  }
  await spawned(child)
  child.unref()
  await waitUntil(() => existsSync(pidFile) || child.exitCode !== null, { timeoutMs: 10_000, everyMs: 2 })
  const pid = pidFrom(pidFile)
  const startTime = pid === undefined ? undefined : processStartTime(pid)
  return pid === undefined || startTime === undefined ? undefined : { pid, startTime }
}

/** The server that a pid file names, if it runs and its command line names the data directory. */
export function findDaemon(pidFile: string, dataDir: string): ProcessIdentity | undefined {
  const pid = pidFrom(pidFile)
  if (pid === undefined) return undefined
  const startTime = processStartTime(pid)
  if (startTime === undefined || !processCommandLine(pid)?.includes(dataDir)) return undefined
  return { pid, startTime }
}

function pidFrom(pidFile: string): number | undefined {
  if (!existsSync(pidFile)) return undefined
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10)
  return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined
}

function spawned(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject))
}
