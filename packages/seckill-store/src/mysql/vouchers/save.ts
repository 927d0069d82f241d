import type { Kysely } from 'kysely'
import type { Database, VouchersTable } from '../database.js'

/** Makes a voucher, or gives the one with this id a new title, price and status. */
export async function saveVoucher(db: Kysely<Database>, voucher: VouchersTable): Promise<void> {
  const { id: _, ...changes } = voucher
  await db.insertInto('vouchers').values(voucher).onDuplicateKeyUpdate(changes).execute()
}
