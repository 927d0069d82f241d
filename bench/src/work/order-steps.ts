import type { Purchase } from 'seckill-workflows'
import type { OrderDatabase, OrderTransaction } from './order-database.js'

/** A definite business no. */
export class OrderRefused extends Error {
  override readonly name = 'OrderRefused'
}

/** The four steps of a purchase and their compensations, for one order each; the rows are those of the sale's own steps. */
export interface OrderSteps {
  checkUser(lane: Purchase): Promise<void>
  releaseUserClaim(lane: Purchase): Promise<void>
  checkVoucher(lane: Purchase): Promise<void>
  releaseVoucherClaim(lane: Purchase): Promise<void>
  deductStock(lane: Purchase): Promise<void>
  restoreStock(lane: Purchase): Promise<void>
  createOrder(lane: Purchase): Promise<void>
  cancelOrder(lane: Purchase): Promise<void>
}

/** The steps on a pool; `owner` says who the orders' purchases belong to. */
export function createOrderSteps(database: OrderDatabase, owner: string): OrderSteps {
  const forward =
    (name: string, work: (trx: OrderTransaction, lane: Purchase, owner: string) => Promise<void>) => (lane: Purchase) =>
      database.step({ name, phase: 0 }, lane, (trx) => work(trx, lane, owner))
  const back = (name: string, work: (trx: OrderTransaction, lane: Purchase) => Promise<void>) => (lane: Purchase) =>
    database.step({ name, phase: 1 }, lane, (trx) => work(trx, lane))
  return {
    checkUser: forward('checkUser', claimUser),
    releaseUserClaim: back('checkUser', releaseUser),
    checkVoucher: forward('checkVoucher', claimVoucher),
    releaseVoucherClaim: back('checkVoucher', releaseVoucher),
    deductStock: forward('deductStock', deduct),
    restoreStock: back('deductStock', restore),
    createOrder: forward('createOrder', insertOrder),
    cancelOrder: back('createOrder', cancelOrder),
  }
}

/**
 * The same order as a queue's user writes it: one transaction, without barrier rows or compensations; the rows that every order changes come
 * last, so that they are locked for the shortest time.
 */
export function createWholeOrder(database: OrderDatabase, owner: string): (lane: Purchase) => Promise<void> {
  return (lane) =>
    database.whole(async (trx) => {
      await claimUser(trx, lane, owner)
      await insertVoucherClaim(trx, lane)
      await insertDeduction(trx, lane)
      await insertOrder(trx, lane, owner)
      await raiseClaimed(trx, lane)
      await lowerStock(trx, lane)
    })
}

const nowInMs = 'CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS UNSIGNED)'

/** @throws OrderRefused with this code unless one row was changed */
async function one(changed: Promise<number>, code: string): Promise<void> {
  if ((await changed) !== 1) throw new OrderRefused(code)
}

async function claimUser(trx: OrderTransaction, lane: Purchase, owner: string): Promise<void> {
  const { reservationId, voucherId, userId, quantity, seq, admittedAt } = lane
  await trx.change(
    `INSERT INTO purchases (reservation_id, voucher_id, user_id, units, owner, state, seq, admitted_at, taken_at)
     VALUES (?, ?, ?, ?, ?, 'PROCESSING', ?, ?, ${nowInMs})`,
    [reservationId, voucherId, userId, quantity, owner, seq, admittedAt],
  )
  const claim = trx.change(
    `INSERT INTO user_claims (voucher_id, user_id, slot, reservation_id)
     SELECT ?, id, 1, ? FROM users WHERE id = ? AND status = 'ACTIVE'`,
    [voucherId, reservationId, userId],
  )
  await one(claim, 'USER_UNKNOWN')
}

async function releaseUser(trx: OrderTransaction, { voucherId, userId, reservationId }: Purchase): Promise<void> {
  await trx.change('DELETE FROM user_claims WHERE voucher_id = ? AND user_id = ? AND reservation_id = ?', [
    voucherId,
    userId,
    reservationId,
  ])
  await trx.change(
    `UPDATE purchases SET state = 'REFUSED', reason = 'UNDONE', ended_at = ${nowInMs} WHERE reservation_id = ?`,
    [reservationId],
  )
}

async function claimVoucher(trx: OrderTransaction, lane: Purchase): Promise<void> {
  await insertVoucherClaim(trx, lane)
  await raiseClaimed(trx, lane)
}

async function insertVoucherClaim(
  trx: OrderTransaction,
  { reservationId, voucherId, quantity }: Purchase,
): Promise<void> {
  const claim = trx.change(
    `INSERT INTO voucher_claims (reservation_id, voucher_id, units, price_minor)
     SELECT ?, campaign.voucher_id, ?, campaign.price_minor
     FROM seckill_vouchers campaign JOIN vouchers ON vouchers.id = campaign.voucher_id
     WHERE campaign.voucher_id = ? AND campaign.state = 'OPEN' AND vouchers.status = 'ON_SALE'`,
    [reservationId, quantity, voucherId],
  )
  await one(claim, 'NOT_ON_SALE')
}

async function raiseClaimed(trx: OrderTransaction, { voucherId, quantity }: Purchase): Promise<void> {
  const raised = trx.change(
    'UPDATE seckill_vouchers SET claimed = claimed + ? WHERE voucher_id = ? AND claimed + ? <= total',
    [quantity, voucherId, quantity],
  )
  await one(raised, 'SOLD_OUT')
}

async function releaseVoucher(trx: OrderTransaction, { reservationId, voucherId, quantity }: Purchase): Promise<void> {
  const released = await trx.change('DELETE FROM voucher_claims WHERE reservation_id = ?', [reservationId])
  if (released === 0) return
  await trx.change('UPDATE seckill_vouchers SET claimed = claimed - ? WHERE voucher_id = ?', [quantity, voucherId])
}

async function deduct(trx: OrderTransaction, lane: Purchase): Promise<void> {
  await insertDeduction(trx, lane)
  await lowerStock(trx, lane)
}

async function insertDeduction(trx: OrderTransaction, { reservationId, voucherId, quantity }: Purchase): Promise<void> {
  await trx.change(
    `INSERT INTO stock_ledger (reference, kind, voucher_id, units, at) VALUES (?, 'DEDUCT', ?, ?, ${nowInMs})`,
    [reservationId, voucherId, quantity],
  )
}

async function lowerStock(trx: OrderTransaction, { voucherId, quantity }: Purchase): Promise<void> {
  const lowered = trx.change('UPDATE stock SET quantity = quantity - ? WHERE voucher_id = ? AND quantity >= ?', [
    quantity,
    voucherId,
    quantity,
  ])
  await one(lowered, 'SOLD_OUT')
}

async function restore(trx: OrderTransaction, { reservationId, voucherId, quantity }: Purchase): Promise<void> {
  const restored = await trx.change(
    `INSERT INTO stock_ledger (reference, kind, voucher_id, units, at)
     SELECT reference, 'RESTORE', voucher_id, units, ${nowInMs} FROM stock_ledger
     WHERE reference = ? AND kind = 'DEDUCT'`,
    [reservationId],
  )
  if (restored === 0) return
  await trx.change('UPDATE stock SET quantity = quantity + ? WHERE voucher_id = ?', [quantity, voucherId])
}

async function insertOrder(trx: OrderTransaction, lane: Purchase, owner: string): Promise<void> {
  const { reservationId, voucherId, userId, quantity } = lane
  await trx.change(
    `INSERT INTO orders (id, reservation_id, voucher_id, user_id, units, price_minor, currency, state, owner,
       created_at, pay_before, updated_at)
     SELECT CONCAT('O-', claim.reservation_id), claim.reservation_id, claim.voucher_id, ?, claim.units,
       claim.price_minor * claim.units, vouchers.currency, 'PENDING_PAYMENT', ?, ${nowInMs},
       ${nowInMs} + campaign.pay_window_ms, ${nowInMs}
     FROM voucher_claims claim JOIN seckill_vouchers campaign ON campaign.voucher_id = claim.voucher_id
       JOIN vouchers ON vouchers.id = claim.voucher_id
     WHERE claim.reservation_id = ? AND claim.voucher_id = ? AND claim.units = ?`,
    [userId, owner, reservationId, voucherId, quantity],
  )
  const awaiting = trx.change(
    `UPDATE purchases SET state = 'AWAITING_PAYMENT', order_id = CONCAT('O-', reservation_id)
     WHERE reservation_id = ? AND owner = ? AND state = 'PROCESSING'`,
    [reservationId, owner],
  )
  await one(awaiting, 'NOT_OWNED')
}

async function cancelOrder(trx: OrderTransaction, { reservationId }: Purchase): Promise<void> {
  await trx.change(
    `UPDATE orders SET state = 'CANCELLED', updated_at = ${nowInMs} WHERE reservation_id = ? AND state = 'PENDING_PAYMENT'`,
    [reservationId],
  )
}
