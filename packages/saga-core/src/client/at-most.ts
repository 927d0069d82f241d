/** Runs work, a bounded number of pieces at a time. */
export type AtMost = <T>(work: () => Promise<T>) => Promise<T>

/** A limit on how many pieces of work run at the same time; the others wait in their order. */
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

/** Maps with a bounded number of calls at a time; the results come in the order of the items. */
export function mapAtMost<T, R>(limit: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const run = atMost(limit)
  return Promise.all(items.map((item) => run(() => work(item))))
}
