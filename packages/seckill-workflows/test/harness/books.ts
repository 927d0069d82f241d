import type { Kysely } from 'kysely'
import { type Database, liveOrderStates } from 'seckill-store/mysql'

/** Everything the sale wrote about one voucher, in an order of its own; two equal readings mean nothing changed between. */
export async function readBooks(db: Kysely<Database>, voucherId: number) {
  const campaign = await db
    .selectFrom('seckill_vouchers')
    .innerJoin('stock', 'stock.voucher_id', 'seckill_vouchers.voucher_id')
    .select(['seckill_vouchers.claimed', 'seckill_vouchers.total', 'stock.quantity'])
    .where('stock.voucher_id', '=', voucherId)
    .executeTakeFirstOrThrow()
  return {
    campaign,
    purchases: sorted(await db.selectFrom('purchases').selectAll().where('voucher_id', '=', voucherId).execute()),
    userClaims: sorted(await db.selectFrom('user_claims').selectAll().where('voucher_id', '=', voucherId).execute()),
    voucherClaims: sorted(
      await db.selectFrom('voucher_claims').selectAll().where('voucher_id', '=', voucherId).execute(),
    ),
    ledger: sorted(await db.selectFrom('stock_ledger').selectAll().where('voucher_id', '=', voucherId).execute()),
    orders: sorted(await db.selectFrom('orders').selectAll().where('voucher_id', '=', voucherId).execute()),
  }
}

/** The books of one voucher reduced to the numbers that must agree. */
export async function countUnits(db: Kysely<Database>, voucherId: number) {
  const { campaign, ledger, orders, userClaims, voucherClaims } = await readBooks(db, voucherId)
  const units = (rows: readonly object[], which: Readonly<Record<string, unknown>> = {}) =>
    (rows as readonly Readonly<Record<string, unknown>>[])
      .filter((row) => Object.entries(which).every(([field, value]) => row[field] === value))
      .reduce((sum, row) => sum + Number(row.units), 0)
  return {
    total: campaign.total,
    quantity: campaign.quantity,
    claimed: campaign.claimed,
    claimedRows: units(voucherClaims),
    slots: userClaims.length,
    deducted: units(ledger, { kind: 'DEDUCT' }),
    restored: units(ledger, { kind: 'RESTORE' }),
    ordered: units(orders.filter(({ state }) => liveOrderStates.some((live) => live === state))),
  }
}

function sorted<TRow>(rows: readonly TRow[]): readonly TRow[] {
  return rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}
