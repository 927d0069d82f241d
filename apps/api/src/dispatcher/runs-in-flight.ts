import type { RunStarter } from './run-starter.js'

/** Counts started runs that have not closed, so that later admissions gather in one larger run. */
export interface RunsInFlight {
  track(runId: string, lanes: number): void
  count(): number
  /** Resolves when no wait is left; soon after `stopping` aborts. */
  idle(): Promise<void>
}

/** The count only steers batching: a run whose wait failed counts as closed. */
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
