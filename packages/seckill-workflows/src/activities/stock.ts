import { type Kysely, sql } from 'kysely'
import { done, refused, setWise } from 'saga-core/activity'
import { withBarrier } from 'saga-core/kysely'
import { type Database, type LedgerKind, nowMs } from 'seckill-store/mysql'
import type { Purchase } from '../contract/purchase.js'
import { Refusal } from '../contract/refusals.js'
import { serveInOrder, unitsOf } from '../domain/serve-in-order.js'
import { voucherOf } from './one-voucher.js'

/** The stock itself; every change of the quantity has its ledger rows in the same transaction. */
export function createStockActivities(db: Kysely<Database>) {
  return {
    deductStock: setWise<Purchase, undefined>((lanes, call) =>
      withBarrier(db, call, lanes, async (trx, fresh) => {
        const unserved = await deduct(
          trx,
          fresh.map((lane) => lane.arg),
        )
        const without = new Set(unserved.map((lane) => lane.reservationId))
        return fresh.map(({ key }) => (without.has(key) ? refused(key, Refusal.SoldOut) : done(key)))
      }),
    ),

    restoreStock: setWise<Purchase, undefined>((lanes, call) =>
      withBarrier(db, call, lanes, async (trx, fresh) => {
        await restore(
          trx,
          fresh.map((lane) => lane.arg),
        )
        return fresh.map(({ key }) => done(key))
      }),
    ),
  }
}

/** Deducts for all lanes at once or, when too little is left, in lane order; returns the lanes that got nothing. */
async function deduct(trx: Kysely<Database>, lanes: readonly Purchase[]): Promise<readonly Purchase[]> {
  const voucherId = voucherOf(lanes)
  await insertLedger(trx, 'DEDUCT', lanes)
  if (await lowerQuantity(trx, voucherId, unitsOf(lanes))) return []
  const stock = await trx
    .selectFrom('stock')
    .select('quantity')
    .where('voucher_id', '=', voucherId)
    .forUpdate()
    .executeTakeFirst()
  const { unserved, units } = serveInOrder(lanes, stock?.quantity ?? 0)
  if (units > 0) await lowerQuantity(trx, voucherId, units)
  if (unserved.length > 0) await deleteDeductions(trx, unserved)
  return unserved
}

/** The hot row, last: everything or nothing. */
async function lowerQuantity(trx: Kysely<Database>, voucherId: number, units: number): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('stock')
    .set({ quantity: sql`quantity - ${units}` })
    .where('voucher_id', '=', voucherId)
    .where('quantity', '>=', units)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

async function deleteDeductions(trx: Kysely<Database>, lanes: readonly Purchase[]): Promise<void> {
  const keys = lanes.map((lane) => lane.reservationId)
  await trx.deleteFrom('stock_ledger').where('reference', 'in', keys).where('kind', '=', 'DEDUCT').execute()
}

async function restore(trx: Kysely<Database>, lanes: readonly Purchase[]): Promise<void> {
  await insertLedger(trx, 'RESTORE', lanes)
  await trx
    .updateTable('stock')
    .set({ quantity: sql`quantity + ${unitsOf(lanes)}` })
    .where('voucher_id', '=', voucherOf(lanes))
    .execute()
}

async function insertLedger(trx: Kysely<Database>, kind: LedgerKind, lanes: readonly Purchase[]): Promise<void> {
  const rows = lanes.map((lane) => ({
    reference: lane.reservationId,
    kind,
    voucher_id: lane.voucherId,
    units: lane.quantity,
    at: nowMs,
  }))
  rows.sort((a, b) => (a.reference < b.reference ? -1 : 1))
  await trx.insertInto('stock_ledger').values(rows).execute()
}
