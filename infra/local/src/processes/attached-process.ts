import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Environment } from '../stack.js'
import { reasonOf, StackError } from '../stack-error.js'
import { logExcerpt, logSize } from './log-tail.js'
import { waitUntil } from './wait-until.js'

/** A process to start; it ends with this process. */
export interface ProcessOptions {
  /** Its name in messages. */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly env: Environment
  readonly cwd?: string
  /** The file to which the output of the process is appended. */
  readonly logFile: string
  /** Called until it resolves with `true`; an error counts as `false`. */
  readonly ready: () => Promise<boolean>
  readonly timeoutMs: number
  /** Time to end after SIGTERM, in milliseconds, before SIGKILL; 10 s when left out. */
  readonly stopGraceMs?: number
}

/** The exit code or the signal with which a process ended; the other one is `null`. */
export interface ProcessExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A started process that is ready. */
export interface AttachedProcess {
  readonly name: string
  readonly pid: number
  /** Resolves when the process has exited, for any reason. */
  readonly exited: Promise<ProcessExit>
  /** Sends a signal; false when the process had already ended. */
  kill(signal: NodeJS.Signals): boolean
  /** Sends SIGTERM, then SIGKILL once the grace has passed, and waits for the exit. */
  stop(): Promise<ProcessExit>
}

/**
 * Ends the process once its parent has died: that closes the pipe, also after a SIGKILL. A line on the pipe means that
 * the process has exited before.
 */
const guardScript =
  'read -r line && exit 0; kill -TERM "$1" 2>/dev/null || exit 0; i=0; ' +
  'while kill -0 "$1" 2>/dev/null && [ "$i" -lt 100 ]; do sleep 0.1; i=$((i+1)); done; kill -KILL "$1" 2>/dev/null'

/**
 * Starts a process and waits until it is ready. It has its own process group, so Ctrl-C reaches only this process,
 * which stops it; when this process dies in any way, the process is ended too.
 * @throws StackError `START_FAILED` with its last log lines when it ends before it is ready, or is not ready in time.
 */
export async function startProcess(options: ProcessOptions): Promise<AttachedProcess> {
  const logFrom = logSize(options.logFile)
  const child = await spawnLogged(options)
  const pid = child.pid
  if (pid === undefined) throw new TypeError(`${options.name} was started and has no pid.`)
  const exited = endOf(child)
  guard(pid, exited)
  const attached: AttachedProcess = {
    name: options.name,
    pid,
    exited,
    kill: (signal) => child.exitCode === null && child.signalCode === null && child.kill(signal),
    stop: () => stopProcess(child, exited, options.stopGraceMs ?? 10_000),
  }
  await untilReady(options, child, attached, logFrom)
  return attached
}

async function spawnLogged({ command, args, env, cwd, logFile }: ProcessOptions): Promise<ChildProcess> {
  mkdirSync(dirname(logFile), { recursive: true })
  const log = openSync(logFile, 'a', 0o600)
  try {
    const child = spawn(command, args, { env, cwd, detached: true, stdio: ['ignore', log, log] })
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject))
    return child
  } catch (error) {
    const hint = 'Build the repository: npm run build'
    throw new StackError('START_FAILED', `${command} cannot be started: ${reasonOf(error)}`, hint, { cause: error })
  } finally {
    closeSync(log)
  }
}

function endOf(child: ChildProcess): Promise<ProcessExit> {
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
}

function guard(pid: number, exited: Promise<ProcessExit>): void {
  const watcher = spawn('/bin/sh', ['-c', guardScript, 'sh', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  watcher.unref()
  const { stdin } = watcher
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref()
  void exited.then(() => stdin.end('ended\n'))
}

async function untilReady(
  options: ProcessOptions,
  child: ChildProcess,
  attached: AttachedProcess,
  logFrom: number,
): Promise<void> {
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null
  let ready = false
  const settled = async (): Promise<boolean> => {
    ready = !hasEnded() && (await options.ready().catch(() => false))
    return ready || hasEnded()
  }
  await waitUntil(settled, { timeoutMs: options.timeoutMs, everyMs: 25 })
  if (ready && !hasEnded()) return
  const what = hasEnded()
    ? `ended while it started (${describeExit(await attached.exited)})`
    : `was not ready within ${options.timeoutMs} ms`
  await attached.stop()
  throw new StackError(
    'START_FAILED',
    `${options.name} ${what}. ${logExcerpt(options.logFile, logFrom)}`,
    'Fix what the lines say and try again.',
  )
}

async function stopProcess(child: ChildProcess, exited: Promise<ProcessExit>, graceMs: number): Promise<ProcessExit> {
  child.kill('SIGTERM')
  const overdue = setTimeout(() => child.kill('SIGKILL'), graceMs)
  try {
    return await exited
  } finally {
    clearTimeout(overdue)
  }
}

function describeExit({ code, signal }: ProcessExit): string {
  return signal === null ? `exit code ${code}` : signal
}
