import { type Kysely, sql } from 'kysely'
import type { AdmittedLane } from '../gate/types.js'
import {
  type Database,
  nowMs,
  paymentIdOf,
  recordCaptures,
  recordOpened,
  recordRefundAnswer,
  refundIdOf,
  startPayment,
} from '../mysql/index.js'

const provider = 'sandbox'

/** Pays the orders of lanes that {@link sellLanes} made, each by a payment that its provider captured. */
export async function payLanes(db: Kysely<Database>, lanes: readonly AdmittedLane[]): Promise<void> {
  for (const lane of lanes) await capture(db, await openPayment(db, lane))
}

/**
 * Ends lanes that {@link sellLanes} made as a run ends those that were not paid in time; the money of each came afterwards, and went back.
 * Their holds are to be released by the caller.
 */
export async function payTooLate(db: Kysely<Database>, lanes: readonly AdmittedLane[]): Promise<void> {
  for (const lane of lanes) {
    const paymentId = await openPayment(db, lane)
    await expireLane(db, lane)
    await capture(db, paymentId)
    const refund = { id: refundIdOf(paymentId), attempt: 1 }
    await recordRefundAnswer(db, refund, { id: `refund-of-${paymentId}`, state: 'succeeded' })
  }
}

async function openPayment(db: Kysely<Database>, { reservationId, userId }: AdmittedLane): Promise<string> {
  const { id: orderId } = await db
    .selectFrom('orders')
    .select('id')
    .where('reservation_id', '=', reservationId)
    .executeTakeFirstOrThrow()
  const started = await startPayment(db, { userId, orderId, provider })
  if (started?.status !== 'started') throw new Error(`The order of ${reservationId} cannot be paid.`)
  const paymentId = paymentIdOf(orderId)
  await recordOpened(db, paymentId, { providerId: providerIdOf(paymentId), payUrl: 'https://pay.example' })
  return paymentId
}

function providerIdOf(paymentId: string): string {
  return `pay-${paymentId}`
}

async function capture(db: Kysely<Database>, paymentId: string): Promise<void> {
  const captured = { paymentId, providerId: providerIdOf(paymentId) }
  await db.transaction().execute((trx) => recordCaptures(trx, [captured]))
}

async function expireLane(db: Kysely<Database>, lane: AdmittedLane): Promise<void> {
  const { reservationId, voucherId, quantity } = lane
  await db.transaction().execute(async (trx) => {
    await sql`UPDATE orders SET state = 'EXPIRED', closing_reason = 'PAYMENT_EXPIRED'
      WHERE reservation_id = ${reservationId}`.execute(trx)
    await sql`UPDATE purchases SET state = 'EXPIRED', reason = 'PAYMENT_EXPIRED', ended_at = ${nowMs}
      WHERE reservation_id = ${reservationId}`.execute(trx)
    await sql`DELETE FROM user_claims WHERE voucher_id = ${voucherId} AND reservation_id = ${reservationId}`.execute(
      trx,
    )
    await sql`DELETE FROM voucher_claims WHERE reservation_id = ${reservationId}`.execute(trx)
    await sql`UPDATE seckill_vouchers SET claimed = claimed - ${quantity} WHERE voucher_id = ${voucherId}`.execute(trx)
    await sql`INSERT INTO stock_ledger (reference, kind, voucher_id, units, at)
      VALUES (${reservationId}, 'RESTORE', ${voucherId}, ${quantity}, ${nowMs})`.execute(trx)
    await sql`UPDATE stock SET quantity = quantity + ${quantity} WHERE voucher_id = ${voucherId}`.execute(trx)
  })
}
