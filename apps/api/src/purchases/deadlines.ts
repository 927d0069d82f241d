const SWEEPS = 10

/** Tells those who have waited too long; all wait equally long, so one timer does for all of them. */
export interface Deadlines {
  /** Calls `onPassed` once the limit is over, late by a tenth of it at most, unless the answered function is called before. */
  begin(onPassed: () => void): () => void
}

interface Waiting {
  readonly until: number
  readonly onPassed: () => void
}

export function createDeadlines(limitMs: number, now: () => number = () => performance.now()): Deadlines {
  /** In the order in which they pass. */
  const waiting = new Set<Waiting>()
  let timer: NodeJS.Timeout | undefined

  const sweep = (): void => {
    const at = now()
    for (const one of waiting) {
      if (one.until > at) break
      waiting.delete(one)
      one.onPassed()
    }
    if (waiting.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  return {
    begin(onPassed) {
      const one = { until: now() + limitMs, onPassed }
      waiting.add(one)
      timer ??= setInterval(sweep, limitMs / SWEEPS)
      return () => waiting.delete(one)
    },
  }
}
