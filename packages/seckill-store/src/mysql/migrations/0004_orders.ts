import { createTables, key } from './ddl.js'

/** One order a reservation. */
export const orders = createTables({
  orders: [
    `id ${key(64)} NOT NULL PRIMARY KEY`,
    `reservation_id ${key(64)} NOT NULL`,
    'voucher_id BIGINT NOT NULL',
    'user_id BIGINT NOT NULL',
    'units INT NOT NULL',
    'price_minor BIGINT NOT NULL',
    `currency ${key(3)} NOT NULL`,
    `state ${key(16)} NOT NULL`,
    `owner ${key(128)} NOT NULL`,
    'created_at BIGINT NOT NULL',
    'pay_before BIGINT NOT NULL',
    'updated_at BIGINT NOT NULL',
    'CONSTRAINT orders_reservation UNIQUE (reservation_id)',
    "CONSTRAINT orders_state CHECK (state IN ('PENDING_PAYMENT', 'CLOSING', 'PAID', 'EXPIRED', 'CANCELLED'))",
    'CONSTRAINT orders_units CHECK (units >= 1)',
    'CONSTRAINT orders_price CHECK (price_minor >= 0)',
    'KEY orders_by_user (user_id, created_at)',
    'KEY orders_by_voucher (voucher_id, user_id)',
  ],
})
