/** Runs a piece of work once fewer than the limit are running. */
export type AtMost = <T>(work: () => Promise<T>) => Promise<T>

/** Bounds the number of pieces of work that run at the same time; the others wait in their order. */
export function atMost(limit: number): AtMost & { readonly idle: () => boolean } {
  let running = 0
  const waiting: (() => void)[] = []
  const start = () => {
    if (running >= limit) return
    running += 1
    waiting.shift()?.()
  }
  const run: AtMost = async (work) => {
    if (running < limit) running += 1
    else await new Promise<void>((resolve) => void waiting.push(resolve))
    try {
      return await work()
    } finally {
      running -= 1
      if (waiting.length > 0) start()
    }
  }
  return Object.assign(run, { idle: () => running === 0 && waiting.length === 0 })
}

/** Maps the items with at most `limit` calls at the same time; the results have the order of the items. */
export function mapAtMost<T, R>(limit: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const run = atMost(limit)
  return Promise.all(items.map((item) => run(() => work(item))))
}
