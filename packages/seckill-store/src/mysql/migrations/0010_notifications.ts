import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { createTables, key } from './ddl.js'

const tables = createTables({
  notifications: [
    `reservation_id ${key(64)} NOT NULL`,
    `kind ${key(16)} NOT NULL`,
    'created_at BIGINT NOT NULL',
    'due_at BIGINT NULL',
    'read_at BIGINT NULL',
    'PRIMARY KEY (reservation_id, kind)',
    "CONSTRAINT notifications_kind CHECK (kind IN ('WON', 'PAY_SOON', 'REFUSED', 'PAID', 'EXPIRED', 'CANCELLED', 'REFUNDED'))",
    'KEY notifications_by_due (due_at)',
  ],
  notification_deliveries: [
    `reservation_id ${key(64)} NOT NULL`,
    `kind ${key(16)} NOT NULL`,
    `channel ${key(16)} NOT NULL`,
    `state ${key(8)} NOT NULL`,
    'attempts INT NOT NULL',
    'since BIGINT NOT NULL',
    'due_at BIGINT NULL',
    `lease ${key(36)} NULL`,
    'problem VARCHAR(300) NULL',
    'updated_at BIGINT NOT NULL',
    'PRIMARY KEY (reservation_id, kind, channel)',
    "CONSTRAINT notification_deliveries_state CHECK (state IN ('PENDING', 'SENT', 'DEAD'))",
    "CONSTRAINT notification_deliveries_due CHECK ((state = 'PENDING') = (due_at IS NOT NULL))",
    'KEY notification_deliveries_by_due (channel, due_at)',
    'KEY notification_deliveries_by_state (state, channel, updated_at)',
  ],
})

/** Notifications, their deliveries by channel, and the addresses and the language of users. */
export const notifications: Migration = {
  async up(db: Kysely<unknown>) {
    await tables.up(db)
    const { rows } = await sql`
      SELECT 1 FROM information_schema.columns
      WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name = 'email'`.execute(db)
    if (rows.length > 0) return
    await sql`
      ALTER TABLE users
        ADD email VARCHAR(254) NULL, ADD webhook_url VARCHAR(500) NULL,
        ADD webhook_secret ${sql.raw(key(64))} NULL, ADD language ${sql.raw(key(8))} NULL,
        ADD CONSTRAINT users_webhook CHECK ((webhook_url IS NULL) = (webhook_secret IS NULL)),
        ADD CONSTRAINT users_language CHECK (language IN ('zh-CN', 'en')),
        ADD KEY users_by_email (email)`.execute(db)
  },
}
