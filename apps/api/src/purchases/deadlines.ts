const sweepsPerLimit = 10

/** Deadlines of equal length, all watched by one timer. */
export interface Deadlines {
  /** Calls `onPassed` after the limit, at most a tenth of it late, unless the returned function is called before. */
  begin(onPassed: () => void): () => void
}

interface Waiting {
  readonly until: number
  readonly onPassed: () => void
}

export function createDeadlines(limitMs: number, now: () => number = () => performance.now()): Deadlines {
  /** In the order of their deadlines. */
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
      timer ??= setInterval(sweep, limitMs / sweepsPerLimit)
      return () => waiting.delete(one)
    },
  }
}
