import { type Kysely, sql, type Transaction } from 'kysely'
import { databaseNow } from '../clock.js'
import type { Database, OrderState, OrdersTable, PaymentsTable } from '../database.js'
import { inTransaction } from '../in-transaction.js'
import { paymentIdOf } from './payment-id.js'

/** The payment of an order; or the state of an order that can no longer be paid. */
export type StartedPayment =
  | { readonly status: 'started'; readonly payment: PaymentsTable & { readonly title: string } }
  | { readonly status: 'closed'; readonly state: OrderState }

/** An order that its buyer wants to pay. */
export interface PaymentStart {
  readonly userId: number
  readonly orderId: string
  readonly provider: string
}

/**
 * Makes the payment of an order that awaits payment, or finds it; undefined for an order that this user does not have. The lock on the
 * order keeps a close from beginning meanwhile: an order that is closing gets no payment.
 */
export function startPayment(db: Kysely<Database>, start: PaymentStart): Promise<StartedPayment | undefined> {
  return inTransaction(db, async (trx) => {
    const order = await lockOrder(trx, start)
    if (order === undefined) return undefined
    const now = await databaseNow(trx)
    if (order.state !== 'PENDING_PAYMENT' || now >= order.pay_before) return { status: 'closed', state: order.state }
    await insertPayment(trx, order, { provider: start.provider, now })
    const payment = await trx
      .selectFrom('payments')
      .innerJoin('vouchers', 'vouchers.id', 'payments.voucher_id')
      .selectAll('payments')
      .select('vouchers.title')
      .where('order_id', '=', order.id)
      .executeTakeFirstOrThrow()
    return { status: 'started', payment }
  })
}

function lockOrder(trx: Transaction<Database>, { orderId, userId }: PaymentStart): Promise<OrdersTable | undefined> {
  return trx
    .selectFrom('orders')
    .selectAll()
    .where('id', '=', orderId)
    .where('user_id', '=', userId)
    .forUpdate()
    .executeTakeFirst()
}

async function insertPayment(
  trx: Transaction<Database>,
  order: OrdersTable,
  { provider, now }: { readonly provider: string; readonly now: number },
): Promise<void> {
  await trx
    .insertInto('payments')
    .values({
      id: paymentIdOf(order.id),
      order_id: order.id,
      voucher_id: order.voucher_id,
      provider,
      provider_id: null,
      amount_minor: order.price_minor,
      currency: order.currency,
      state: 'REQUESTED',
      pay_url: null,
      expires_at: order.pay_before,
      created_at: now,
      captured_at: null,
      updated_at: now,
    })
    .onDuplicateKeyUpdate({ id: sql`payments.id` })
    .execute()
}

/** Stores the provider's id of a payment, and where it is paid, if it can be; a payment that has gone on since stays as it is. */
export async function recordOpened(
  db: Kysely<Database>,
  paymentId: string,
  { providerId, payUrl }: { readonly providerId: string; readonly payUrl: string | null },
): Promise<void> {
  await db
    .updateTable('payments')
    .set({ provider_id: providerId, pay_url: payUrl, state: sql`IF(state = 'REQUESTED', 'OPEN', state)` })
    .where('id', '=', paymentId)
    .where('provider_id', 'is', null)
    .execute()
}
