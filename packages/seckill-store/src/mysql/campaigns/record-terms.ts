import type { Transaction } from 'kysely'
import type { Database } from '../database.js'

const columns = ['voucher_id', 'version', 'begins_at', 'ends_at', 'price_minor', 'pay_window_ms'] as const

/** Keeps the terms of the version that a campaign has now, for the lanes that are admitted under it. */
export async function recordTerms(trx: Transaction<Database>, voucherId: number): Promise<void> {
  await trx
    .insertInto('campaign_terms')
    .columns(columns)
    .expression((eb) => eb.selectFrom('seckill_vouchers').select(columns).where('voucher_id', '=', voucherId))
    .execute()
}
