import type { Kysely } from 'kysely'
import { writeAudit } from '../audit.js'
import { nowMs } from '../clock.js'
import type { Database, OrderState } from '../database.js'
import { inTransaction } from '../in-transaction.js'
import { paymentIdOf, refundIdOf } from './payment-id.js'

/** An operator's wish to give a paid order's money back. */
export interface OrderRefund {
  readonly orderId: string
  readonly actor: string
  readonly reason: string
}

/** A requested refund, now or before; or the state of an order that is not paid. */
export type RequestedRefund =
  | { readonly status: 'requested'; readonly refundId: string }
  | { readonly status: 'not-paid'; readonly state: OrderState }

/** Requests the refund of a paid order, with its audit row; undefined where there is no such order. Requested again, it is the same refund. */
export function requestRefund(db: Kysely<Database>, wish: OrderRefund): Promise<RequestedRefund | undefined> {
  const { orderId, actor, reason } = wish
  return inTransaction(db, async (trx) => {
    const order = await trx
      .selectFrom('orders')
      .select('state')
      .where('id', '=', orderId)
      .forUpdate()
      .executeTakeFirst()
    if (order === undefined) return undefined
    const refundId = refundIdOf(paymentIdOf(orderId))
    if (order.state === 'REFUNDING' || order.state === 'REFUNDED') return { status: 'requested', refundId }
    if (order.state !== 'PAID') return { status: 'not-paid', state: order.state }
    const payment = await trx
      .selectFrom('payments')
      .selectAll()
      .where('order_id', '=', orderId)
      .executeTakeFirstOrThrow()
    await trx
      .updateTable('orders')
      .set({ state: 'REFUNDING', updated_at: nowMs })
      .where('id', '=', orderId)
      .where('state', '=', 'PAID')
      .execute()
    await trx
      .insertInto('refunds')
      .values({
        id: refundId,
        payment_id: payment.id,
        order_id: orderId,
        voucher_id: payment.voucher_id,
        amount_minor: payment.amount_minor,
        currency: payment.currency,
        kind: 'ORDER',
        reason: reason.slice(0, 256),
        state: 'REQUESTED',
        attempt: 1,
        provider_id: null,
        owner: null,
        requested_at: nowMs,
        updated_at: nowMs,
      })
      .execute()
    await writeAudit(trx, { actor, action: 'order.refund', subject: `order:${orderId}`, reason, after: { refundId } })
    return { status: 'requested', refundId }
  })
}
