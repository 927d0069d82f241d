import { type Kysely, sql } from 'kysely'
import { dataFailure, done, refused, setWise } from 'saga-core/activity'
import { withBarrier } from 'saga-core/kysely'
import {
  type Database,
  databaseNow,
  liveOrderStates,
  orderTransitions,
  statesBefore,
  writeNotifications,
} from 'seckill-store/mysql'
import type { Purchase } from '../contract/purchase.js'
import { Refusal } from '../contract/refusals.js'
import { orderIdOf, orderIdPrefix } from '../domain/order-id.js'
import { versionsOf } from '../domain/terms-versions.js'
import { voucherOf } from './one-voucher.js'

/** The refusal of a compensation whose order has a payment: only the payment's own step closes it. Its lane parks. */
const orderPaid = 'ORDER_PAID'

/** Orders, and the state of the purchase that follows from them. */
export function createOrderActivities(db: Kysely<Database>) {
  return {
    createOrder: setWise<Purchase, number>((lanes, call) =>
      withBarrier(db, call, lanes, async (trx, fresh) => {
        const purchases = fresh.map((lane) => lane.arg)
        const cancelled = await awaitPayment(trx, purchases, call.workflowId)
        const wanted = purchases.filter(({ reservationId }) => !cancelled.has(reservationId))
        const deadlines = await insertOrders(trx, wanted, call.workflowId)
        await writeNotifications(trx, 'WON', reservationsOf(wanted))
        return fresh.map(({ key }) =>
          cancelled.has(key) ? refused(key, Refusal.CancelledByBuyer) : done(key, deadlines.get(key)),
        )
      }),
    ),

    cancelOrder: setWise<Purchase, number>((lanes, call) =>
      withBarrier(db, call, lanes, async (trx, fresh) => {
        const paid = await cancelUnpaid(
          trx,
          fresh.map((lane) => lane.key),
        )
        return fresh.map(({ key }) => (paid.has(key) ? refused(key, orderPaid) : done(key)))
      }),
    ),
  }
}

/** Inserts the orders; returns the end of each one's time to pay, by reservation, in epoch milliseconds. */
async function insertOrders(
  trx: Kysely<Database>,
  lanes: readonly Purchase[],
  owner: string,
): Promise<ReadonlyMap<string, number>> {
  if (lanes.length === 0) return new Map()
  const voucherId = voucherOf(lanes)
  const terms = await termsOf(trx, voucherId, lanes)
  const prices = await claimedPrices(trx, lanes)
  const now = await databaseNow(trx)
  const rows = lanes.map((lane) => {
    const unitPrice = prices.get(lane.reservationId)
    const promised = terms.get(lane.termsVersion)
    if (unitPrice === undefined || promised === undefined)
      throw dataFailure('NO_PRICE', `No price was claimed for ${lane.reservationId}; checkVoucher must run first.`)
    return {
      id: orderIdOf(lane.reservationId),
      reservation_id: lane.reservationId,
      voucher_id: voucherId,
      user_id: lane.userId,
      units: lane.quantity,
      price_minor: unitPrice * lane.quantity,
      currency: promised.currency,
      state: 'PENDING_PAYMENT' as const,
      owner,
      created_at: now,
      pay_before: now + promised.pay_window_ms,
      updated_at: now,
    }
  })
  rows.sort((a, b) => (a.id < b.id ? -1 : 1))
  await trx.insertInto('orders').values(rows).execute()
  return new Map(rows.map((row) => [row.reservation_id, row.pay_before]))
}

/** The currency, and the time to pay that each lane was admitted with, by version. */
async function termsOf(trx: Kysely<Database>, voucherId: number, lanes: readonly Purchase[]) {
  const rows = await trx
    .selectFrom('campaign_terms as terms')
    .innerJoin('vouchers', 'vouchers.id', 'terms.voucher_id')
    .select(['terms.version', 'terms.pay_window_ms', 'vouchers.currency'])
    .where('terms.voucher_id', '=', voucherId)
    .where('terms.version', 'in', versionsOf(lanes))
    .execute()
  return new Map(rows.map((row) => [row.version, row]))
}

async function claimedPrices(trx: Kysely<Database>, lanes: readonly Purchase[]): Promise<ReadonlyMap<string, number>> {
  const rows = await trx
    .selectFrom('voucher_claims')
    .select(['reservation_id', 'price_minor'])
    .where('reservation_id', 'in', reservationsOf(lanes))
    .execute()
  return new Map(rows.map((row) => [row.reservation_id, row.price_minor]))
}

function reservationsOf(lanes: readonly Purchase[]): readonly string[] {
  return lanes.map((lane) => lane.reservationId)
}

/**
 * Moves the lanes on to their payment, except those whose buyers have cancelled, and returns these: the row's lock decides which was first.
 *
 * @throws Error when a lane is not this run's any more or has ended: an order without its owner must not exist.
 */
async function awaitPayment(
  trx: Kysely<Database>,
  lanes: readonly Purchase[],
  owner: string,
): Promise<ReadonlySet<string>> {
  const keys = reservationsOf(lanes)
  const { numUpdatedRows: moved } = await trx
    .updateTable('purchases')
    .set({ state: 'AWAITING_PAYMENT', order_id: sql`concat(${orderIdPrefix}, reservation_id)` })
    .where('reservation_id', 'in', keys)
    .where('owner', '=', owner)
    .where('state', '=', 'PROCESSING')
    .where('cancel_requested_at', 'is', null)
    .executeTakeFirstOrThrow()
  if (moved === BigInt(keys.length)) return new Set()
  const cancelled = await trx
    .selectFrom('purchases')
    .select('reservation_id')
    .where('reservation_id', 'in', keys)
    .where('owner', '=', owner)
    .where('state', '=', 'PROCESSING')
    .execute()
  if (moved + BigInt(cancelled.length) === BigInt(keys.length))
    return new Set(cancelled.map((row) => row.reservation_id))
  const problem = `${keys.length} orders for ${owner}, but ${moved} of its purchases are processing: ${keys[0]}, …`
  throw dataFailure('NOT_PROCESSING', problem)
}

const cancellable = statesBefore(orderTransitions, 'CANCELLED')

/** Cancels by compare-and-set what has no payment; returns the reservations whose orders are paid or could still be. */
async function cancelUnpaid(trx: Kysely<Database>, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const orders = await trx
    .selectFrom('orders')
    .select(['id', 'reservation_id', 'state'])
    .where('reservation_id', 'in', keys)
    .where('state', 'in', liveOrderStates)
    .forUpdate()
    .execute()
  if (orders.length === 0) return new Set()
  const payments = await trx
    .selectFrom('payments')
    .select('order_id')
    .where(
      'order_id',
      'in',
      orders.map(({ id }) => id),
    )
    .execute()
  const started = new Set(payments.map((row) => row.order_id))
  const unpaid = orders.filter(({ id, state }) => cancellable.includes(state) && !started.has(id))
  if (unpaid.length > 0) await cancel(trx, unpaid)
  return new Set(orders.filter((order) => !unpaid.includes(order)).map((order) => order.reservation_id))
}

async function cancel(trx: Kysely<Database>, orders: readonly { readonly id: string }[]): Promise<void> {
  await trx
    .updateTable('orders')
    .set({ state: 'CANCELLED', updated_at: await databaseNow(trx) })
    .where(
      'id',
      'in',
      orders.map(({ id }) => id),
    )
    .where('state', 'in', cancellable)
    .execute()
}
