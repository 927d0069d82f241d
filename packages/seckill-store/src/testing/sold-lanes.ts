import type { Kysely, Transaction } from 'kysely'
import { sql } from 'kysely'
import type { AdmittedLane } from '../gate/types.js'
import { type Database, type LedgerKind, nowMs, writeKeys, writeNotifications } from '../mysql/index.js'

/** Writes the rows of a run that served these lanes: claims, a deduction, an order awaiting payment and its notification for each. */
export async function sellLanes(db: Kysely<Database>, lanes: readonly AdmittedLane[], owner: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    for (const lane of lanes) await sellLane(trx, lane, owner)
  })
}

/** Writes the rows of a run that refused these lanes after their deduction: the units are restored, and the purchases have the reason. */
export async function refuseLanes(
  db: Kysely<Database>,
  lanes: readonly AdmittedLane[],
  end: { readonly owner: string; readonly reason: string },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    for (const lane of lanes) {
      await insertPurchase(trx, lane, end.owner)
      await moveStock(trx, lane, 'DEDUCT')
      await moveStock(trx, lane, 'RESTORE')
      await trx
        .updateTable('purchases')
        .set({ state: 'REFUSED', reason: end.reason, ended_at: nowMs })
        .where('reservation_id', '=', lane.reservationId)
        .execute()
      await writeNotifications(trx, 'REFUSED', [lane.reservationId])
    }
  })
}

async function sellLane(trx: Transaction<Database>, lane: AdmittedLane, owner: string): Promise<void> {
  await insertPurchase(trx, lane, owner)
  await claim(trx, lane)
  await moveStock(trx, lane, 'DEDUCT')
  const { reservationId } = lane
  const orderId = `order-${reservationId}`
  await trx
    .insertInto('orders')
    .values({
      id: orderId,
      reservation_id: reservationId,
      voucher_id: lane.voucherId,
      user_id: lane.userId,
      units: lane.quantity,
      price_minor: 990 * lane.quantity,
      currency: 'CNY',
      state: 'PENDING_PAYMENT',
      owner,
      created_at: nowMs,
      pay_before: sql<number>`${nowMs} + 900000`,
      updated_at: nowMs,
    })
    .execute()
  await trx
    .updateTable('purchases')
    .set({ state: 'AWAITING_PAYMENT', order_id: orderId })
    .where('reservation_id', '=', reservationId)
    .execute()
  await writeNotifications(trx, 'WON', [reservationId])
}

async function insertPurchase(trx: Transaction<Database>, lane: AdmittedLane, owner: string): Promise<void> {
  await trx
    .insertInto('purchases')
    .values({
      reservation_id: lane.reservationId,
      voucher_id: lane.voucherId,
      user_id: lane.userId,
      units: lane.quantity,
      owner,
      state: 'PROCESSING',
      reason: null,
      order_id: null,
      seq: lane.seq,
      admitted_at: lane.admittedAt,
      taken_at: nowMs,
      ended_at: null,
      terms_version: lane.termsVersion,
    })
    .execute()
  await writeKeys(trx, [lane])
}

async function claim(trx: Transaction<Database>, lane: AdmittedLane): Promise<void> {
  const { voucherId: voucher_id, userId: user_id, reservationId: reservation_id, quantity: units } = lane
  const { used } = await trx
    .selectFrom('user_claims')
    .select((eb) => eb.fn.countAll<number>().as('used'))
    .where('voucher_id', '=', voucher_id)
    .where('user_id', '=', user_id)
    .executeTakeFirstOrThrow()
  for (let slot = used + 1; slot <= used + units; slot++) {
    await trx.insertInto('user_claims').values({ voucher_id, user_id, slot, reservation_id }).execute()
  }
  await trx.insertInto('voucher_claims').values({ reservation_id, voucher_id, units, price_minor: 990 }).execute()
  await trx
    .updateTable('seckill_vouchers')
    .set({ claimed: sql<number>`claimed + ${units}` })
    .where('voucher_id', '=', voucher_id)
    .execute()
}

async function moveStock(trx: Transaction<Database>, lane: AdmittedLane, kind: LedgerKind): Promise<void> {
  const { reservationId: reference, voucherId: voucher_id, quantity: units } = lane
  await trx.insertInto('stock_ledger').values({ reference, kind, voucher_id, units, at: nowMs }).execute()
  const change = kind === 'DEDUCT' ? -units : units
  await trx
    .updateTable('stock')
    .set({ quantity: sql<number>`quantity + ${change}` })
    .where('voucher_id', '=', voucher_id)
    .execute()
}
