import { type Kysely, sql } from 'kysely'
import { done, refused, setWise } from 'saga-core/activity'
import { withBarrier } from 'saga-core/kysely'
import { type Database, databaseNow, orderTransitions, statesBefore, writeNotifications } from 'seckill-store/mysql'
import type { Purchase } from '../contract/purchase.js'
import { orderIdOf, orderIdPrefix } from '../domain/order-id.js'
import { versionsOf } from '../domain/terms-versions.js'
import { voucherOf } from './one-voucher.js'

/** The refusal of a compensation whose order is paid; its lane parks. */
const orderPaid = 'ORDER_PAID'

/** Orders, and the state of the purchase that follows from them. */
export function createOrderActivities(db: Kysely<Database>) {
  return {
    createOrder: setWise<Purchase, undefined>((lanes, call) =>
      withBarrier(db, call, lanes, async (trx, fresh) => {
        const purchases = fresh.map((lane) => lane.arg)
        await insertOrders(trx, purchases, call.workflowId)
        await awaitPayment(trx, purchases, call.workflowId)
        await writeNotifications(trx, 'WON', reservationsOf(purchases))
        return fresh.map(({ key }) => done(key))
      }),
    ),

    cancelOrder: setWise<Purchase, undefined>((lanes, call) =>
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

async function insertOrders(trx: Kysely<Database>, lanes: readonly Purchase[], owner: string): Promise<void> {
  const voucherId = voucherOf(lanes)
  const terms = await termsOf(trx, voucherId, lanes)
  const prices = await claimedPrices(trx, lanes)
  const now = await databaseNow(trx)
  const rows = lanes.map((lane) => {
    const unitPrice = prices.get(lane.reservationId)
    const promised = terms.get(lane.termsVersion)
    if (unitPrice === undefined || promised === undefined)
      throw new Error(`No price was claimed for ${lane.reservationId}; checkVoucher must run first.`)
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

/** @throws Error when a lane is not this run's any more or has ended: an order without its owner must not exist. */
async function awaitPayment(trx: Kysely<Database>, lanes: readonly Purchase[], owner: string): Promise<void> {
  const keys = reservationsOf(lanes)
  const { numUpdatedRows } = await trx
    .updateTable('purchases')
    .set({ state: 'AWAITING_PAYMENT', order_id: sql`concat(${orderIdPrefix}, reservation_id)` })
    .where('reservation_id', 'in', keys)
    .where('owner', '=', owner)
    .where('state', '=', 'PROCESSING')
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === BigInt(keys.length)) return
  throw new Error(
    `${keys.length} orders for ${owner}, but ${numUpdatedRows} of its purchases are processing: ${keys[0]}, …`,
  )
}

const cancellable = statesBefore(orderTransitions, 'CANCELLED')

/** Cancels by compare-and-set; returns the reservations whose orders are paid. */
async function cancelUnpaid(trx: Kysely<Database>, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const orders = await trx
    .selectFrom('orders')
    .select(['reservation_id', 'state'])
    .where('reservation_id', 'in', keys)
    .forUpdate()
    .execute()
  const paid = new Set(orders.filter((order) => order.state === 'PAID').map((order) => order.reservation_id))
  const open = orders.filter((order) => cancellable.includes(order.state))
  if (open.length === 0) return paid
  const openKeys = open.map((order) => order.reservation_id)
  await trx
    .updateTable('orders')
    .set({ state: 'CANCELLED', updated_at: await databaseNow(trx) })
    .where('reservation_id', 'in', openKeys)
    .where('state', 'in', cancellable)
    .execute()
  return paid
}
