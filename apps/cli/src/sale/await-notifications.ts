import { setTimeout as delay } from 'node:timers/promises'
import { countDeliveries, type DeliveryCounts } from 'seckill-store/mysql'
import type { Sources } from './sources.js'

const pollMs = 250

/** Waits until no notification of a sale is due any more, at most so long; answers the counts by then. */
export async function awaitNotifications(
  { db }: Pick<Sources, 'db'>,
  voucherId: number,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<DeliveryCounts> {
  const until = performance.now() + timeoutMs
  for (;;) {
    signal?.throwIfAborted()
    const counts = await countDeliveries(db, voucherId)
    if (counts.pending + counts.unplanned === 0 || performance.now() > until) return counts
    await delay(pollMs)
  }
}
