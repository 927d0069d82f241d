import type { RunWatch } from './run-watch.js'

/** Counts started runs that have not served all their lanes, so that later admissions gather in one larger run. */
export interface RunsInFlight {
  track(runId: string, lanes: number): void
  count(): number
  /** Resolves when no wait is left; soon after `stopping` aborts. */
  idle(): Promise<void>
}

/** The count only steers batching. */
export function createRunsInFlight(watch: RunWatch, onServed: () => void, stopping: AbortSignal): RunsInFlight {
  const waits = new Set<Promise<void>>()
  return {
    track(runId, lanes) {
      const wait = watch(runId, lanes, stopping).finally(() => {
        waits.delete(wait)
        onServed()
      })
      waits.add(wait)
    },
    count: () => waits.size,
    async idle() {
      await Promise.all(waits)
    },
  }
}
