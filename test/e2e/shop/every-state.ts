import type { Sources } from 'seckill-cli/sale'
import type { OrderState, PurchaseState } from 'seckill-store/mysql'
import type { Offered } from './shop-under-test.js'

interface State {
  readonly state: PurchaseState
  readonly reason?: string
  /** The state of its order; without one it has none. */
  readonly order?: OrderState
}

/** A purchase in each state that MySQL can have it in; the third has lost its order, and is being looked into. */
const states: readonly State[] = [
  { state: 'PROCESSING' },
  { state: 'AWAITING_PAYMENT', order: 'PENDING_PAYMENT' },
  { state: 'AWAITING_PAYMENT' },
  { state: 'AWAITING_PAYMENT', order: 'CLOSING' },
  { state: 'PAID', order: 'PAID' },
  { state: 'REFUSED', reason: 'SOLD_OUT' },
  { state: 'CANCELLED', reason: 'CANCELLED_BY_BUYER', order: 'CANCELLED' },
  { state: 'EXPIRED', reason: 'PAYMENT_EXPIRED', order: 'EXPIRED' },
  { state: 'REFUNDED', reason: 'ORDER_REFUNDED', order: 'REFUNDED' },
]

/** The number of purchases that {@link purchasesInEveryState} makes. */
export const stateCount = states.length

/** Gives a user a purchase in every state, as rows. */
export async function purchasesInEveryState({ db }: Sources, { voucherId }: Offered, userId: number): Promise<void> {
  const now = Date.now()
  for (const [at, { state, reason = null, order }] of states.entries()) {
    const reservationId = `${voucherId}-${'abcdefghi'.charAt(at).repeat(26)}`
    const of = { reservation_id: reservationId, voucher_id: voucherId, user_id: userId, units: 1, owner: 'no-run' }
    const orderId = order === undefined ? null : `order-${reservationId}`
    const times = { admitted_at: now - at * 60_000, taken_at: now, ended_at: null }
    await db
      .insertInto('purchases')
      .values({ ...of, ...times, state, reason, order_id: orderId, seq: 1 })
      .execute()
    if (orderId === null || order === undefined) continue
    const terms = { price_minor: 990, currency: 'CNY', created_at: now, updated_at: now, pay_before: now + 600_000 }
    await db
      .insertInto('orders')
      .values({ ...of, ...terms, id: orderId, state: order })
      .execute()
  }
}

/** Removes the purchases of {@link purchasesInEveryState}: no run will ever end them. */
export async function removePurchases({ db }: Sources, { voucherId }: Offered): Promise<void> {
  await db.deleteFrom('orders').where('voucher_id', '=', voucherId).where('owner', '=', 'no-run').execute()
  await db.deleteFrom('purchases').where('voucher_id', '=', voucherId).where('owner', '=', 'no-run').execute()
}
