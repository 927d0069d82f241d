import type { RequestResult, Tally } from 'seckill-store/mysql'

/** Counts answers in memory until they are flushed; a crash loses at most one interval. */
export interface Tallies {
  count(voucherId: number, result: RequestResult): void
  /** Stores the counts since the last flush; a failed flush keeps them for the next. */
  flush(): Promise<void>
  /** Flushes at every interval from now on. */
  start(intervalMs: number, onError: (error: unknown) => void): void
  /** Stops the interval and flushes a last time. */
  stop(): Promise<void>
}

type Counts = Map<number, Map<RequestResult, number>>

function rowsOf(counts: Counts): Tally[] {
  return [...counts].flatMap(([voucherId, results]) =>
    [...results].map(([result, count]) => ({ voucherId, result, count })),
  )
}

/** Creates tallies; `store` adds to the stored counts and is called by one flush at a time. */
export function createTallies(store: (tallies: readonly Tally[]) => Promise<void>): Tallies {
  let counts: Counts = new Map()
  let flushing: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  const add = (voucherId: number, result: RequestResult, by: number): void => {
    const results = counts.get(voucherId) ?? new Map<RequestResult, number>()
    counts.set(voucherId, results)
    results.set(result, (results.get(result) ?? 0) + by)
  }

  const storeOnce = async (): Promise<void> => {
    const rows = rowsOf(counts)
    if (rows.length === 0) return
    counts = new Map()
    try {
      await store(rows)
    } catch (error) {
      for (const { voucherId, result, count } of rows) add(voucherId, result, count)
      throw error
    }
  }

  const flush = (): Promise<void> => {
    const next = flushing.then(storeOnce)
    flushing = next.catch(() => undefined)
    return next
  }

  return {
    count: (voucherId, result) => add(voucherId, result, 1),
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
