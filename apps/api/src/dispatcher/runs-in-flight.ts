import type { RunStarter } from './run-starter.js'

/** How long a run counts as in flight when nothing is heard of it, in milliseconds. */
const LONGEST_WAIT_MS = 3_000

/** Counts started runs that have not ended, so that what is admitted meanwhile becomes one larger run. */
export interface RunsInFlight {
  track(runId: string): void
  /** Resolves when one more run may start. */
  slot(): Promise<void>
}

/** Nothing depends on it for correctness: a run that is not heard of for 3 s gives its slot back. */
export const createRunsInFlight = (starter: RunStarter, most: number, stopping: AbortSignal): RunsInFlight => {
  const waits = new Set<Promise<void>>()
  return {
    track(runId) {
      const signal = AbortSignal.any([stopping, AbortSignal.timeout(LONGEST_WAIT_MS)])
      const wait = starter.ended(runId, signal).finally(() => waits.delete(wait))
      waits.add(wait)
    },
    async slot() {
      while (waits.size >= most && !stopping.aborted) await Promise.race(waits)
    },
  }
}
