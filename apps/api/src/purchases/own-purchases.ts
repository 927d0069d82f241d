import type { Gate, Hold } from 'seckill-store/gate'
import type { PurchaseStatus } from 'seckill-store/mysql'
import { answered } from '../http/answered.js'
import type { CampaignBook } from './campaign-book.js'
import { isServed, type PurchaseView, viewOfHold, viewOfPurchase } from './purchase-status.js'

export interface OwnPurchasesDependencies {
  readonly gate: Pick<Gate, 'reservationsOf' | 'hold'>
  /** A user's newest purchases that runs have taken. */
  readonly listPurchases: (userId: number) => Promise<readonly PurchaseStatus[]>
  readonly campaigns: CampaignBook
}

/**
 * Lists a user's purchases, newest first: the live ones of the gate that no run has taken, and those in MySQL.
 *
 * @throws ApiError UNAVAILABLE when the gate or MySQL gives no answer: a list without the queued ones would tell a buyer to buy again
 */
export function createOwnPurchases({ gate, listPurchases, campaigns }: OwnPurchasesDependencies) {
  const queued = async (voucherId: number, userId: number): Promise<readonly (Hold | null)[]> => {
    const reservationIds = await gate.reservationsOf(voucherId, userId)
    return Promise.all(reservationIds.map((reservationId) => gate.hold(voucherId, reservationId)))
  }

  const read = async (userId: number): Promise<readonly PurchaseView[]> => {
    const served = [...(await campaigns.recent()).values()].filter(isServed)
    // The gate first: what a run takes meanwhile is in MySQL then.
    const holds = (await Promise.all(served.map(({ voucherId }) => queued(voucherId, userId)))).flat()
    const purchases = (await listPurchases(userId)).map(viewOfPurchase)
    const known = new Set(purchases.map(({ traceId }) => traceId))
    const waiting = holds.filter((hold) => hold !== null).map(viewOfHold)
    return [...waiting.filter(({ traceId }) => !known.has(traceId)), ...purchases].sort(
      (one, other) => other.admittedAt - one.admittedAt,
    )
  }

  return (userId: number): Promise<readonly PurchaseView[]> => answered(read(userId))
}

/** Lists a user's purchases; see {@link createOwnPurchases}. */
export type ReadOwnPurchases = ReturnType<typeof createOwnPurchases>
