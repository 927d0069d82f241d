import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** A pid with the start time that tells its process from a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number
  readonly startTime: string
}

const hasProc = existsSync('/proc/self/stat')

/** The start time of a process as an opaque token; `undefined` for a process that does not exist or has ended. */
export function processStartTime(pid: number): string | undefined {
  return hasProc ? startTimeFromProc(pid) : startTimeFromPs(pid)
}

/** Reports whether exactly this process still runs. */
export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  return processStartTime(pid) === startTime
}

/** The identity of this very process. */
export function ownIdentity(): ProcessIdentity {
  const startTime = processStartTime(process.pid)
  if (startTime === undefined)
    throw new Error(`The start time of process ${process.pid} cannot be read: install ps, or mount /proc.`)
  return { pid: process.pid, startTime }
}

/** The command line of a process; `undefined` when it cannot be read. */
export function processCommandLine(pid: number): string | undefined {
  if (!hasProc) return ps(pid, 'command=')
  const bytes = readProc(`/proc/${pid}/cmdline`)
  return bytes?.replaceAll('\0', ' ').trim()
}

function startTimeFromProc(pid: number): string | undefined {
  const stat = readProc(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  // The second field is the name in parentheses and may hold spaces: the fields after it start with the state.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, ticks] = [fields[0], fields[19]]
  if (state === 'X' || ticks === undefined) return undefined
  if (state === 'Z' && !hasLiveThreads(pid)) return undefined
  return `${bootId()}:${ticks}`
}

/** A killed process whose first thread has ended keeps its ports and locks until its other threads have ended too. */
function hasLiveThreads(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).length > 1
  } catch (error) {
    if (isGone(error)) return false
    throw error
  }
}

function bootId(): string {
  return readProc('/proc/sys/kernel/random/boot_id')?.trim() ?? ''
}

function startTimeFromPs(pid: number): string | undefined {
  const line = ps(pid, 'stat=,lstart=')
  if (line === undefined || line.startsWith('Z')) return undefined
  return line.slice(line.indexOf(' ') + 1).trim()
}

function ps(pid: number, columns: string): string | undefined {
  try {
    const output = execFileSync('ps', ['-ww', '-o', columns, '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return output.trim() || undefined
  } catch (error) {
    // ps exits with 1 when no process has that pid.
    if (error instanceof Error && 'status' in error && error.status === 1) return undefined
    throw error
  }
}

function readProc(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ENOENT' || code === 'ESRCH'
}
