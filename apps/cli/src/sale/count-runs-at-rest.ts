import { setTimeout as delay } from 'node:timers/promises'
import type { RunCount } from 'seckill-store/invariants'
import { type OwnedPurchase, ownedPurchases } from 'seckill-store/mysql'
import { countRuns } from 'seckill-workflows/client'
import type { Sources } from './sources.js'

const pollMs = 250
const visibilityLagMs = 15_000

/**
 * Counts the runs of a voucher once Temporal's visibility store, which lags, agrees with the purchases that MySQL has; after `patienceMs` its last
 * answer is taken.
 */
export async function countRunsAtRest(
  { db, temporal }: Pick<Sources, 'db' | 'temporal'>,
  voucherId: number,
  patienceMs = visibilityLagMs,
): Promise<RunCount> {
  const until = performance.now() + patienceMs
  for (;;) {
    const count = await countRuns(temporal, voucherId)
    if (agrees(count, await ownedPurchases(db, voucherId)) || performance.now() > until) return count
    await delay(pollMs)
  }
}

/** Every owned lane is in a run, and the open runs are those whose lanes await payment. */
function agrees({ reservationIds, openRuns }: RunCount, owned: readonly OwnedPurchase[]): boolean {
  const inRuns = new Set(reservationIds)
  const awaited = new Set(owned.filter(({ state }) => state === 'AWAITING_PAYMENT').map(({ owner }) => owner))
  return (
    owned.every((purchase) => inRuns.has(purchase.reservation_id)) &&
    openRuns.length === awaited.size &&
    openRuns.every((run) => awaited.has(run))
  )
}
