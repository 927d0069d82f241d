import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { createTables, key } from './ddl.js'

const tables = createTables({
  campaign_terms: [
    'voucher_id BIGINT NOT NULL',
    'version BIGINT NOT NULL',
    'begins_at BIGINT NOT NULL',
    'ends_at BIGINT NOT NULL',
    'price_minor BIGINT NOT NULL',
    'pay_window_ms BIGINT NOT NULL',
    'PRIMARY KEY (voucher_id, version)',
  ],
  idempotency_keys: [
    'user_id BIGINT NOT NULL',
    `digest ${key(22)} NOT NULL`,
    `reservation_id ${key(64)} NOT NULL`,
    'PRIMARY KEY (user_id, digest)',
    'KEY idempotency_keys_by_reservation (reservation_id)',
  ],
})

/** The promises made at an admission: the terms of each version of a campaign, and one purchase for a user's idempotency key. */
export const promises: Migration = {
  async up(db: Kysely<unknown>) {
    await tables.up(db)
    await sql`INSERT IGNORE INTO campaign_terms (voucher_id, version, begins_at, ends_at, price_minor, pay_window_ms)
      SELECT voucher_id, version, begins_at, ends_at, price_minor, pay_window_ms FROM seckill_vouchers`.execute(db)
  },
}
