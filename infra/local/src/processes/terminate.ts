import { StackError } from '../stack-error.js'
import { isAlive, type ProcessIdentity } from './process-identity.js'
import { waitUntil } from './wait-until.js'

/** Sends a signal to exactly this process; resolves to `false` when it had exited before. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false
  try {
    return process.kill(identity.pid, signal)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
    throw error
  }
}

/**
 * Ends a process: SIGTERM, then SIGKILL once `graceMs` has passed.
 * @throws StackError `STOP_FAILED` when it outlives both.
 */
export async function terminate(identity: ProcessIdentity, graceMs: number): Promise<void> {
  if (!signalProcess(identity, 'SIGTERM')) return
  const ended = (): boolean => !isAlive(identity)
  if (await waitUntil(ended, { timeoutMs: graceMs, everyMs: 20 })) return
  signalProcess(identity, 'SIGKILL')
  if (await waitUntil(ended, { timeoutMs: 10_000, everyMs: 20 })) return
  throw new StackError(
    'STOP_FAILED',
    `Process ${identity.pid} outlived SIGTERM and SIGKILL.`,
    `It may hang in the kernel: look at it with \`ps -fp ${identity.pid}\`.`,
  )
}
