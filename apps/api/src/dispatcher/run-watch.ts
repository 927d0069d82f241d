import { pause } from './pause.js'

/** Resolves when each lane of a run awaits payment or has ended, after a limit, or when `signal` aborts; never rejects. */
export type RunWatch = (runId: string, lanes: number, signal: AbortSignal) => Promise<void>

/**
 * Milliseconds to wait for a run's lanes: above what its size takes on a busy machine, yet short, since no worker may be running.
 */
function longestWaitMs(lanes: number): number {
  return 300 + lanes
}

/** Milliseconds between two counts, which cost the database some hundred microseconds a thousand lanes. */
function pollMs(lanes: number): number {
  return 10 + lanes / 40
}

/** Watches runs by MySQL: a run itself stays open until its last order is paid or closed. A count that fails is repeated. */
export function createRunWatch(countServed: (runId: string) => Promise<number>): RunWatch {
  return async (runId, lanes, signal) => {
    const until = performance.now() + longestWaitMs(lanes)
    while (!signal.aborted && performance.now() < until) {
      await pause(pollMs(lanes), signal)
      const served = await countServed(runId).catch(() => 0)
      if (served >= lanes) return
    }
  }
}
