import { sql, type Transaction } from 'kysely'
import type { Database, LedgerKind } from '../mysql/database.js'

/** Units moved, by kind, and the references that moved them wrongly. */
export interface LedgerFigures {
  readonly units: Readonly<Record<LedgerKind, number>>
  /** Reservations with two deductions, two restorations, or a restoration that no equal deduction precedes. */
  readonly faulty: readonly string[]
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
  }
}

/** The stock a ledger accounts for. */
export function ledgerStock(ledger: LedgerFigures): number {
  const { INITIAL, RESTOCK, DEDUCT, RESTORE } = ledger.units
  return INITIAL + RESTOCK - DEDUCT + RESTORE
}

async function readFaulty(trx: Transaction<Database>, voucherId: number): Promise<readonly string[]> {
  const { rows } = await sql<{ reference: string }>`
    SELECT reference,
           SUM(kind = 'DEDUCT') AS deductions, SUM(kind = 'RESTORE') AS restorations,
           SUM(CASE kind WHEN 'DEDUCT' THEN units ELSE 0 END) AS deducted,
           SUM(CASE kind WHEN 'RESTORE' THEN units ELSE 0 END) AS restored
    FROM stock_ledger
    WHERE voucher_id = ${voucherId} AND kind IN ('DEDUCT', 'RESTORE')
    GROUP BY reference
    HAVING deductions > 1 OR restorations > 1 OR (restorations = 1 AND restored <> deducted)
    ORDER BY reference
    LIMIT 100`.execute(trx)
  return rows.map((row) => row.reference)
}
