import { ApplicationFailure } from '@temporalio/common'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { LaneCall } from 'saga-core'
import { withLaneBarrier } from 'saga-core/kysely'
import {
  type Database,
  nowMs,
  type OrdersTable,
  orderTransitions,
  purchaseTransitions,
  refundTransitions,
  statesBefore,
  writeAudit,
  writeNotifications,
} from 'seckill-store/mysql'
import type { Refund } from '../../contract/refund.js'
import { orderRefunded } from '../../contract/refusals.js'
import type { RefundActivities } from './refund-activities.js'

/**
 * Ends a refund whose money is back: one transaction gives the order's units back to the stock, ends the purchase, and tells the buyer. A
 * refund that an operator resolved as made by hand is done from then on.
 */
export function createEndRefund(db: Kysely<Database>): RefundActivities['endRefund'] {
  return (refund, call) =>
    withLaneBarrier(db, call, async (trx) => {
      if (refund.kind === 'ORDER') await returnUnits(trx, refund)
      await resolveByHand(trx, refund, call)
      await writeNotifications(trx, 'REFUNDED', [refund.reservationId])
    })
}

/** Locks in the order of all transactions: the order, its purchase, claims and ledger row, and the counters last. */
async function returnUnits(trx: Transaction<Database>, { orderId }: Refund): Promise<void> {
  const order = await refundOrder(trx, orderId)
  const { reservation_id: reservationId, voucher_id: voucherId, units } = order
  await endPurchase(trx, reservationId)
  await deleteClaims(trx, order)
  await trx
    .insertInto('stock_ledger')
    .values({ reference: reservationId, kind: 'RESTORE', voucher_id: voucherId, units, at: nowMs })
    .execute()
  await trx
    .updateTable('seckill_vouchers')
    .set({ claimed: sql`claimed - ${units}` })
    .where('voucher_id', '=', voucherId)
    .execute()
  await trx
    .updateTable('stock')
    .set({ quantity: sql`quantity + ${units}` })
    .where('voucher_id', '=', voucherId)
    .execute()
}

async function refundOrder(trx: Transaction<Database>, orderId: string): Promise<OrdersTable> {
  const { numUpdatedRows } = await trx
    .updateTable('orders')
    .set({ state: 'REFUNDED', updated_at: nowMs })
    .where('id', '=', orderId)
    .where('state', 'in', statesBefore(orderTransitions, 'REFUNDED'))
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 1n)
    return trx.selectFrom('orders').selectAll().where('id', '=', orderId).executeTakeFirstOrThrow()
  throw outOfPlace(`the order ${orderId} is not being refunded`)
}

async function endPurchase(trx: Transaction<Database>, reservationId: string): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('purchases')
    .set({ state: 'REFUNDED', reason: orderRefunded, ended_at: nowMs })
    .where('reservation_id', '=', reservationId)
    .where('state', 'in', statesBefore(purchaseTransitions, 'REFUNDED'))
    .executeTakeFirstOrThrow()
  if (numUpdatedRows !== 1n) throw outOfPlace(`the purchase ${reservationId} is not paid`)
}

/** Names the user as well, so that the delete walks the primary key. */
async function deleteClaims(trx: Transaction<Database>, order: OrdersTable): Promise<void> {
  const { voucher_id, user_id, reservation_id } = order
  await trx
    .deleteFrom('user_claims')
    .where('voucher_id', '=', voucher_id)
    .where('user_id', '=', user_id)
    .where('reservation_id', '=', reservation_id)
    .execute()
  await trx.deleteFrom('voucher_claims').where('reservation_id', '=', reservation_id).execute()
}

/** A state that no transition leads from: its lane parks. */
function outOfPlace(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'REFUND_OUT_OF_PLACE')
}

async function resolveByHand(trx: Transaction<Database>, refund: Refund, call: LaneCall): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('refunds')
    .set({ state: 'DONE', updated_at: nowMs })
    .where('id', '=', refund.refundId)
    .where('state', 'in', statesBefore(refundTransitions, 'DONE'))
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 0n) return
  const subject = `refund:${refund.refundId}`
  await writeAudit(trx, { actor: call.workflowId, action: 'refund.resolved', subject, after: { state: 'DONE' } })
}
