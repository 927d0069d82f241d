import { createTables, key } from './ddl.js'

/** Users, vouchers, and the campaigns that sell these. */
export const catalogue = createTables({
  users: [
    'id BIGINT NOT NULL PRIMARY KEY',
    'name VARCHAR(100) NOT NULL',
    `status ${key(16)} NOT NULL`,
    'created_at BIGINT NOT NULL',
    "CONSTRAINT users_status CHECK (status IN ('ACTIVE', 'BLOCKED'))",
  ],
  vouchers: [
    'id BIGINT NOT NULL PRIMARY KEY',
    'title VARCHAR(200) NOT NULL',
    `status ${key(16)} NOT NULL`,
    'list_price_minor BIGINT NOT NULL',
    `currency ${key(3)} NOT NULL`,
    "CONSTRAINT vouchers_status CHECK (status IN ('ON_SALE', 'WITHDRAWN'))",
    'CONSTRAINT vouchers_price CHECK (list_price_minor >= 0)',
  ],
  seckill_vouchers: [
    'voucher_id BIGINT NOT NULL PRIMARY KEY',
    `state ${key(16)} NOT NULL`,
    'begins_at BIGINT NOT NULL',
    'ends_at BIGINT NOT NULL',
    'total BIGINT NOT NULL',
    'claimed BIGINT NOT NULL',
    'limit_per_user INT NOT NULL',
    'price_minor BIGINT NOT NULL',
    'pay_window_ms BIGINT NOT NULL',
    'version BIGINT NOT NULL',
    'created_at BIGINT NOT NULL',
    "CONSTRAINT campaign_state CHECK (state IN ('DRAFT', 'WARM', 'OPEN', 'PAUSED', 'CLOSED', 'SETTLED'))",
    'CONSTRAINT campaign_window CHECK (begins_at < ends_at)',
    'CONSTRAINT campaign_claimed CHECK (claimed BETWEEN 0 AND total)',
    'CONSTRAINT campaign_limit CHECK (limit_per_user >= 1)',
    'CONSTRAINT campaign_price CHECK (price_minor >= 0)',
    'CONSTRAINT campaign_pay_window CHECK (pay_window_ms > 0)',
    'KEY campaign_by_state (state)',
  ],
})
