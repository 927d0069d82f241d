import type { Gate } from 'seckill-store/gate'
import { type Campaign, type CampaignState, unsettledStates } from 'seckill-store/mysql'
import { answered } from '../http/answered.js'
import { ApiError } from '../http/api-error.js'
import type { AcceptedPurchases } from './accepted-purchases.js'
import type { CampaignBook } from './campaign-book.js'
import type { PurchaseView } from './purchase-view.js'
import type { ReadViews } from './read-views.js'

export interface PurchaseStatusDependencies {
  readonly gate: Pick<Gate, 'audit'>
  readonly readViews: ReadViews
  readonly campaigns: CampaignBook
  readonly accepted: Pick<AcceptedPurchases, 'has'>
}

/**
 * Reads the status of a user's purchase.
 *
 * @throws ApiError RECOVERING while the gate is recovering, NOT_FOUND for an unknown id or another user's, UNAVAILABLE
 */
export type ReadPurchaseStatus = (traceId: string, voucherId: number, userId: number) => Promise<PurchaseView>

const servedStates: ReadonlySet<CampaignState> = new Set(unsettledStates)

/** Reports whether the gate has the campaign's purchases: it is warmed up and not settled. */
export function isServed({ state }: Pick<Campaign, 'state'>): boolean {
  return servedStates.has(state)
}

export function createPurchaseStatus(dependencies: PurchaseStatusDependencies): ReadPurchaseStatus {
  const { gate, readViews, campaigns, accepted } = dependencies

  /** A gate that serves no such sale is never recovered. */
  const recovering = async (voucherId: number): Promise<boolean> => {
    const campaign = (await campaigns.recent()).get(voucherId)
    if (campaign === undefined || !isServed(campaign)) return false
    const audit = await gate.audit(voucherId)
    return audit === null || audit.state === 'RECOVERING'
  }

  const read = async (traceId: string, voucherId: number, userId: number): Promise<PurchaseView> => {
    // Before the reading: a purchase that Redis has lost is ended in MySQL first, and is forgotten as accepted then.
    const isAccepted = accepted.has(traceId, userId)
    const known = (await readViews([{ traceId, voucherId }])).get(traceId)
    if (known?.userId === userId) return known.view
    if (known === undefined && (isAccepted || (await recovering(voucherId)))) {
      throw new ApiError('RECOVERING', { retryAfterMs: 1_000 })
    }
    throw new ApiError('NOT_FOUND')
  }

  return (traceId, voucherId, userId) => answered(read(traceId, voucherId, userId))
}
