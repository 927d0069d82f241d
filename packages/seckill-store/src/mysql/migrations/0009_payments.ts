import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { createTables, key } from './ddl.js'

const tables = createTables({
  // One payment an order: starting to pay twice is the same payment.
  payments: [
    `id ${key(64)} NOT NULL PRIMARY KEY`,
    `order_id ${key(64)} NOT NULL`,
    'voucher_id BIGINT NOT NULL',
    `provider ${key(32)} NOT NULL`,
    `provider_id ${key(128)} NULL`,
    'amount_minor BIGINT NOT NULL',
    `currency ${key(3)} NOT NULL`,
    `state ${key(16)} NOT NULL`,
    'pay_url VARCHAR(1024) NULL',
    'expires_at BIGINT NOT NULL',
    'created_at BIGINT NOT NULL',
    'captured_at BIGINT NULL',
    'updated_at BIGINT NOT NULL',
    'CONSTRAINT payments_order UNIQUE (order_id)',
    'CONSTRAINT payments_provider UNIQUE (provider, provider_id)',
    "CONSTRAINT payments_state CHECK (state IN ('REQUESTED', 'OPEN', 'CAPTURED', 'CLOSED'))",
    'CONSTRAINT payments_amount CHECK (amount_minor >= 1)',
    'KEY payments_by_voucher (voucher_id, state)',
  ],
  // The provider's callbacks, each once; what cannot be trusted or does not fit is kept with its reason and changes nothing.
  payment_inbox: [
    `provider ${key(32)} NOT NULL`,
    `message_id ${key(160)} NOT NULL`,
    'received_at BIGINT NOT NULL',
    `quarantine ${key(32)} NULL`,
    `payment_id ${key(64)} NULL`,
    'body MEDIUMTEXT NOT NULL',
    'PRIMARY KEY (provider, message_id)',
    'KEY payment_inbox_by_quarantine (quarantine, received_at)',
  ],
  // All of a payment goes back, or nothing of it: one refund a payment.
  refunds: [
    `id ${key(64)} NOT NULL PRIMARY KEY`,
    `payment_id ${key(64)} NOT NULL`,
    `order_id ${key(64)} NOT NULL`,
    'voucher_id BIGINT NOT NULL',
    'amount_minor BIGINT NOT NULL',
    `currency ${key(3)} NOT NULL`,
    `kind ${key(16)} NOT NULL`,
    'reason VARCHAR(256) NOT NULL',
    `state ${key(16)} NOT NULL`,
    'attempt INT NOT NULL',
    `provider_id ${key(128)} NULL`,
    `owner ${key(128)} NULL`,
    'requested_at BIGINT NOT NULL',
    'updated_at BIGINT NOT NULL',
    'CONSTRAINT refunds_payment UNIQUE (payment_id)',
    "CONSTRAINT refunds_kind CHECK (kind IN ('LATE', 'ORDER'))",
    "CONSTRAINT refunds_state CHECK (state IN ('REQUESTED', 'PENDING', 'FAILED', 'DONE'))",
    'CONSTRAINT refunds_amount CHECK (amount_minor >= 1)',
    'CONSTRAINT refunds_attempt CHECK (attempt >= 1)',
    'KEY refunds_by_state (state, requested_at)',
    'KEY refunds_by_voucher (voucher_id, state)',
  ],
})

/** Statements that change tables which exist, each with the column whose presence shows that it was made. */
const changes = [
  {
    table: 'orders',
    column: 'closing_reason',
    statement: `ALTER TABLE orders
      DROP CONSTRAINT orders_state,
      ADD closing_reason ${key(32)} NULL,
      ADD extended_until BIGINT NULL,
      ADD CONSTRAINT orders_state CHECK (state IN
        ('PENDING_PAYMENT', 'CLOSING', 'PAID', 'EXPIRED', 'CANCELLED', 'REFUNDING', 'REFUNDED')),
      ADD KEY orders_by_deadline (state, pay_before)`,
  },
  {
    table: 'purchases',
    column: 'cancel_requested_at',
    statement: `ALTER TABLE purchases
      DROP CONSTRAINT purchases_state,
      ADD cancel_requested_at BIGINT NULL,
      ADD CONSTRAINT purchases_state CHECK (state IN
        ('PROCESSING', 'AWAITING_PAYMENT', 'PAID', 'REFUSED', 'CANCELLED', 'EXPIRED', 'REFUNDED'))`,
  },
] as const

/** Payments, what the provider says of them, and refunds; a purchase can be cancelled by its buyer. */
export const payments: Migration = {
  async up(db: Kysely<unknown>) {
    await tables.up(db)
    for (const { table, column, statement } of changes) {
      const { rows } = await sql`
        SELECT 1 FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = ${table} AND column_name = ${column}`.execute(db)
      // Each change is one statement: a migration that was cut off has made all of it or nothing.
      if (rows.length === 0) await sql.raw(statement).execute(db)
    }
  },
}
