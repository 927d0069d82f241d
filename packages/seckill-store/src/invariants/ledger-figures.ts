import { sql, type Transaction } from 'kysely'
import type { Database, LedgerKind } from '../mysql/database.js'
import { liveOrderStates } from '../mysql/transitions.js'

/** Units moved, by kind, and the references that moved them wrongly. */
export interface LedgerFigures {
  readonly units: Readonly<Record<LedgerKind, number>>
  /** Reservations with a restoration of other units than they deducted. */
  readonly faulty: readonly string[]
  /** Reservations whose units, deducted and not restored, are not those of their live order. */
  readonly unbacked: readonly string[]
}

/** Adds up a voucher's ledger. */
export async function readLedger(trx: Transaction<Database>, voucherId: number): Promise<LedgerFigures> {
  const rows = await trx
    .selectFrom('stock_ledger')
    .select((eb) => ['kind', eb.fn.sum<number>('units').as('units')])
    .where('voucher_id', '=', voucherId)
    .groupBy('kind')
    .execute()
  const sums = new Map(rows.map((row) => [row.kind, row.units]))
  const units = (kind: LedgerKind): number => sums.get(kind) ?? 0
  return {
    units: {
      INITIAL: units('INITIAL'),
      RESTOCK: units('RESTOCK'),
      DEDUCT: units('DEDUCT'),
      RESTORE: units('RESTORE'),
    },
    faulty: await readFaulty(trx, voucherId),
    unbacked: await readUnbacked(trx, voucherId),
  }
}

/** The stock a ledger accounts for. */
export function ledgerStock(ledger: LedgerFigures): number {
  const { INITIAL, RESTOCK, DEDUCT, RESTORE } = ledger.units
  return INITIAL + RESTOCK - DEDUCT + RESTORE
}

/** The key (reference, kind) lets a reservation deduct and restore once each. */
async function readFaulty(trx: Transaction<Database>, voucherId: number): Promise<readonly string[]> {
  const { rows } = await sql<{ reference: string }>`
    SELECT restored.reference
    FROM stock_ledger restored
      LEFT JOIN stock_ledger deducted ON deducted.reference = restored.reference AND deducted.kind = 'DEDUCT'
    WHERE restored.voucher_id = ${voucherId} AND restored.kind = 'RESTORE'
      AND (deducted.units IS NULL OR deducted.units <> restored.units OR deducted.voucher_id <> restored.voucher_id)
    ORDER BY restored.reference
    LIMIT 100`.execute(trx)
  return rows.map((row) => row.reference)
}

async function readUnbacked(trx: Transaction<Database>, voucherId: number): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT id
    FROM (
      SELECT reference AS id, CASE kind WHEN 'DEDUCT' THEN units ELSE -units END AS units
      FROM stock_ledger
      WHERE voucher_id = ${voucherId} AND kind IN ('DEDUCT', 'RESTORE')
      UNION ALL
      SELECT reservation_id, -units
      FROM orders
      WHERE voucher_id = ${voucherId} AND state IN (${sql.join(liveOrderStates)})
    ) moved
    GROUP BY id
    HAVING SUM(units) <> 0
    ORDER BY id
    LIMIT 100`.execute(trx)
  return rows.map((row) => row.id)
}
