import type { RunStarter } from './run-starter.js'

/** Counts started runs that have not ended, so that what is admitted meanwhile becomes one larger run. */
export interface RunsInFlight {
  track(runId: string, lanes: number): void
  count(): number
  /** Resolves when nothing is waited for any more; soon after `stopping` aborts. */
  idle(): Promise<void>
}

/** Nothing depends on it for correctness: a run that is not heard of counts as ended. */
export function createRunsInFlight(
  starter: Pick<RunStarter, 'ended'>,
  onEnded: () => void,
  stopping: AbortSignal,
): RunsInFlight {
  const waits = new Set<Promise<void>>()
  return {
    track(runId, lanes) {
      const wait = starter.ended(runId, lanes, stopping).finally(() => {
        waits.delete(wait)
        onEnded()
      })
      waits.add(wait)
    },
    count: () => waits.size,
    async idle() {
      await Promise.all(waits)
    },
  }
}
