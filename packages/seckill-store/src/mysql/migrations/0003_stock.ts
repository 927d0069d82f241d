import { createTables, key } from './ddl.js'

/** The stock, which a constraint keeps at zero or above, and every movement of it. */
export const stock = createTables({
  stock: [
    'voucher_id BIGINT NOT NULL PRIMARY KEY',
    'quantity BIGINT NOT NULL',
    'total BIGINT NOT NULL',
    'CONSTRAINT stock_quantity CHECK (quantity BETWEEN 0 AND total)',
  ],
  stock_ledger: [
    `reference ${key(64)} NOT NULL`,
    `kind ${key(8)} NOT NULL`,
    'voucher_id BIGINT NOT NULL',
    'units BIGINT NOT NULL',
    'at BIGINT NOT NULL',
    'PRIMARY KEY (reference, kind)',
    "CONSTRAINT stock_ledger_kind CHECK (kind IN ('INITIAL', 'RESTOCK', 'DEDUCT', 'RESTORE'))",
    "CONSTRAINT stock_ledger_units CHECK (units > 0 OR kind = 'RESTOCK')",
    'KEY stock_ledger_by_voucher (voucher_id, kind)',
  ],
})
