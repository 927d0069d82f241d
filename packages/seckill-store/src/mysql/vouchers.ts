import type { Kysely } from 'kysely'
import type { Database, VoucherStatus, VouchersTable } from './database.js'

/** Makes a voucher, or gives the one with this id a new title and price. */
export async function saveVoucher(db: Kysely<Database>, voucher: VouchersTable): Promise<void> {
  const { id: _, ...changes } = voucher
  await db.insertInto('vouchers').values(voucher).onDuplicateKeyUpdate(changes).execute()
}

/** One voucher, or undefined. */
export async function findVoucher(db: Kysely<Database>, voucherId: number): Promise<VouchersTable | undefined> {
  return db.selectFrom('vouchers').selectAll().where('id', '=', voucherId).executeTakeFirst()
}

/** Puts a voucher on sale or withdraws it; false when nothing changed. */
export async function setVoucherStatus(
  db: Kysely<Database>,
  voucherId: number,
  status: VoucherStatus,
): Promise<boolean> {
  const result = await db.updateTable('vouchers').set({ status }).where('id', '=', voucherId).executeTakeFirst()
  return result.numUpdatedRows > 0n
}
