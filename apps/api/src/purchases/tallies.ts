import type { RequestResult, Tally } from 'seckill-store/mysql'

/** Counts answers in memory until they are flushed; a crash loses at most one interval. */
export interface Tallies {
  count(voucherId: number, result: RequestResult): void
  /** Stores the tallies that grew since the last flush; a failed flush leaves them to the next. */
  flush(): Promise<void>
  /** Flushes at every interval from now on. */
  start(intervalMs: number, onError: (error: unknown) => void): void
  /** Stops the interval and flushes a last time. */
  stop(): Promise<void>
}

interface Count {
  total: number
  stored: number
}

/** Creates tallies; `store` takes the totals since this process started and is called by one flush at a time. */
export function createTallies(store: (tallies: readonly Tally[]) => Promise<void>): Tallies {
  const counts = new Map<number, Map<RequestResult, Count>>()
  let flushing: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  const countOf = (voucherId: number, result: RequestResult): Count => {
    const results = counts.get(voucherId) ?? new Map<RequestResult, Count>()
    counts.set(voucherId, results)
    const count = results.get(result) ?? { total: 0, stored: 0 }
    results.set(result, count)
    return count
  }

  const grown = (): Tally[] =>
    [...counts].flatMap(([voucherId, results]) =>
      [...results].flatMap(([result, { total, stored }]) =>
        total > stored ? [{ voucherId, result, count: total }] : [],
      ),
    )

  const storeOnce = async (): Promise<void> => {
    const tallies = grown()
    if (tallies.length === 0) return
    await store(tallies)
    for (const { voucherId, result, count } of tallies) countOf(voucherId, result).stored = count
  }

  const flush = (): Promise<void> => {
    const next = flushing.then(storeOnce)
    flushing = next.catch(() => undefined)
    return next
  }

  return {
    count(voucherId, result) {
      countOf(voucherId, result).total += 1
    },
    flush,
    start(intervalMs, onError) {
      timer = setInterval(() => void flush().catch(onError), intervalMs)
    },
    async stop() {
      clearInterval(timer)
      await flush()
    },
  }
}
