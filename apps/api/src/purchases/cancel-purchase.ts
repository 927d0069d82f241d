import type { Logger } from 'pino'
import { reasonOf } from 'seckill-process/reason'
import type { Gate, Hold } from 'seckill-store/gate'
import { type CancelledPurchase, cancelPurchase, cancelUnowned, ownerOfCancelled } from 'seckill-store/mysql'
import type { SaleDatabase } from '../connections.js'
import { answered } from '../http/answered.js'
import { ApiError } from '../http/api-error.js'
import type { TellRuns } from '../payments/tell-runs.js'
import type { ReadPurchaseStatus } from './purchase-status.js'
import type { PurchaseView } from './purchase-view.js'

export interface CancelPurchaseDependencies {
  readonly gate: Pick<Gate, 'hold' | 'release'>
  readonly paymentDb: SaleDatabase
  readonly status: ReadPurchaseStatus
  readonly tellRuns: TellRuns
  readonly logger: Logger
}

/**
 * Cancels a user's purchase as far as it can be now, and returns it as it is then; a run ends what it owns at its next step.
 *
 * @throws ApiError NOT_FOUND for an unknown id or another user's, ALREADY_PAID, RECOVERING, UNAVAILABLE
 */
export type CancelPurchase = (traceId: string, voucherId: number, userId: number) => Promise<PurchaseView>

export function createCancelPurchase(dependencies: CancelPurchaseDependencies): CancelPurchase {
  const { paymentDb: db, status, tellRuns } = dependencies

  const cancel = async (traceId: string, voucherId: number, userId: number): Promise<void> => {
    const request = { userId, reservationId: traceId }
    const cancelled = (await cancelPurchase(db, request)) ?? (await cancelQueued(dependencies, voucherId, request))
    if (cancelled?.owner === ownerOfCancelled) await releaseUnits(dependencies, voucherId, cancelled)
    if (cancelled?.order === 'CLOSING') tellRuns([cancelled])
  }

  return async (traceId, voucherId, userId) => {
    await answered(cancel(traceId, voucherId, userId))
    const view = await status(traceId, voucherId, userId)
    if (view.status === 'PAID') throw new ApiError('ALREADY_PAID', { data: { orderId: view.orderId } })
    return view
  }
}

interface CancelRequest {
  readonly userId: number
  readonly reservationId: string
}

/** Ends a purchase that no run owns; where a run was first, cancels that one. */
async function cancelQueued(
  { gate, paymentDb: db }: CancelPurchaseDependencies,
  voucherId: number,
  request: CancelRequest,
): Promise<CancelledPurchase | undefined> {
  const hold = await gate.hold(voucherId, request.reservationId)
  if (hold === null || hold.userId !== request.userId || hold.state === 'RELEASED') return undefined
  await cancelUnowned(db, laneOf(hold))
  return cancelPurchase(db, request)
}

function laneOf({ reservationId, voucherId, userId, quantity, seq, admittedAt }: Hold) {
  return { reservationId, voucherId, userId, quantity, seq, admittedAt }
}

/** A release that is not made here is made by the sweep of an open gate, or by the rebuild of a lost one. */
async function releaseUnits(
  { gate, logger }: CancelPurchaseDependencies,
  voucherId: number,
  { reservationId }: CancelledPurchase,
): Promise<void> {
  try {
    await gate.release(voucherId, [{ reservationId, reason: 'CANCELLED_BY_BUYER' }])
  } catch (error) {
    logger.warn({ traceId: reservationId, reason: reasonOf(error) }, 'a cancelled purchase is not released yet')
  }
}
