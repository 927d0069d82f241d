import { createTables, key } from './ddl.js'

/** Owned lanes and what they claim of the limit per user and of the campaign. */
export const purchases = createTables({
  purchases: [
    `reservation_id ${key(64)} NOT NULL PRIMARY KEY`,
    'voucher_id BIGINT NOT NULL',
    'user_id BIGINT NOT NULL',
    'units INT NOT NULL',
    `owner ${key(128)} NOT NULL`,
    `state ${key(24)} NOT NULL`,
    `reason ${key(64)} NULL`,
    `order_id ${key(64)} NULL`,
    'seq BIGINT NOT NULL',
    'admitted_at BIGINT NOT NULL',
    'taken_at BIGINT NOT NULL',
    'ended_at BIGINT NULL',
    "CONSTRAINT purchases_state CHECK (state IN ('PROCESSING', 'AWAITING_PAYMENT', 'PAID', 'REFUSED', 'CANCELLED', 'EXPIRED'))",
    'CONSTRAINT purchases_units CHECK (units >= 1)',
    // Not unique: after the gate lost its last writes a running number can come twice.
    'KEY purchases_by_seq (voucher_id, seq)',
    'KEY purchases_by_user (user_id)',
    'KEY purchases_by_owner (owner)',
  ],
  user_claims: [
    'voucher_id BIGINT NOT NULL',
    'user_id BIGINT NOT NULL',
    'slot INT NOT NULL',
    `reservation_id ${key(64)} NOT NULL`,
    // Released by voucher, user and reservation: the primary key's prefix finds them.
    'PRIMARY KEY (voucher_id, user_id, slot)',
    'CONSTRAINT user_claims_slot CHECK (slot >= 1)',
  ],
  voucher_claims: [
    `reservation_id ${key(64)} NOT NULL PRIMARY KEY`,
    'voucher_id BIGINT NOT NULL',
    'units INT NOT NULL',
    'price_minor BIGINT NOT NULL',
    'CONSTRAINT voucher_claims_units CHECK (units >= 1)',
    'CONSTRAINT voucher_claims_price CHECK (price_minor >= 0)',
  ],
})
