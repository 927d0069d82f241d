import type { Gate } from 'seckill-store/gate'
import type { PurchaseStatus } from 'seckill-store/mysql'
import { answered } from '../http/answered.js'
import type { CampaignBook } from './campaign-book.js'
import { isServed } from './purchase-status.js'
import { type PurchaseView, viewOfPurchase } from './purchase-view.js'
import type { NamedPurchase, ReadViews } from './read-views.js'

export interface OwnPurchasesDependencies {
  readonly gate: Pick<Gate, 'reservationsOf'>
  /** A user's newest purchases that runs have taken. */
  readonly listPurchases: (userId: number) => Promise<readonly PurchaseStatus[]>
  readonly readViews: ReadViews
  readonly campaigns: CampaignBook
}

/**
 * Lists a user's purchases, newest first: the live ones of the gate that no run has taken, and those in MySQL.
 *
 * @throws ApiError UNAVAILABLE when the gate or MySQL gives no answer: a list without the queued ones would tell a buyer to buy again
 */
export function createOwnPurchases({ gate, listPurchases, readViews, campaigns }: OwnPurchasesDependencies) {
  const held = async (voucherId: number, userId: number): Promise<readonly NamedPurchase[]> => {
    const traceIds = await gate.reservationsOf(voucherId, userId)
    return traceIds.map((traceId) => ({ traceId, voucherId }))
  }

  const read = async (userId: number): Promise<readonly PurchaseView[]> => {
    const served = [...(await campaigns.recent()).values()].filter(isServed)
    // The gate first: what a run takes meanwhile is in MySQL then.
    const live = (await Promise.all(served.map(({ voucherId }) => held(voucherId, userId)))).flat()
    const purchases = (await listPurchases(userId)).map(viewOfPurchase)
    const known = new Set(purchases.map(({ traceId }) => traceId))
    const others = await readViews(live.filter(({ traceId }) => !known.has(traceId)))
    return [...[...others.values()].map(({ view }) => view), ...purchases].sort(
      (one, other) => other.admittedAt - one.admittedAt,
    )
  }

  return (userId: number): Promise<readonly PurchaseView[]> => answered(read(userId))
}

/** Lists a user's purchases; see {@link createOwnPurchases}. */
export type ReadOwnPurchases = ReturnType<typeof createOwnPurchases>
