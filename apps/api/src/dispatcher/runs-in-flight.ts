import type { RunStarter } from './run-starter.js'

/** Counts started runs that have not ended, so that what is admitted meanwhile becomes one larger run. */
export interface RunsInFlight {
  track(runId: string): void
  /** Resolves when one more run may start. */
  slot(): Promise<void>
  /** Resolves when nothing is waited for any more; soon after `stopping` aborts. */
  idle(): Promise<void>
}

/** Nothing depends on it for correctness: a run that is not heard of gives its slot back. */
export const createRunsInFlight = (
  starter: Pick<RunStarter, 'ended'>,
  most: number,
  stopping: AbortSignal,
): RunsInFlight => {
  const waits = new Set<Promise<void>>()
  return {
    track(runId) {
      const wait = starter.ended(runId, stopping).finally(() => waits.delete(wait))
      waits.add(wait)
    },
    async slot() {
      while (waits.size >= most && !stopping.aborted) await Promise.race(waits)
    },
    async idle() {
      await Promise.all(waits)
    },
  }
}
