import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { addColumn, createTables, key } from './ddl.js'

const tables = createTables({
  certificates: [
    'voucher_id BIGINT NOT NULL PRIMARY KEY',
    'head TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL',
    'issued_at BIGINT NOT NULL',
    '`size` BIGINT NOT NULL',
    `root ${key(43)} NOT NULL`,
    'parts INT NOT NULL',
    'CONSTRAINT certificates_parts CHECK (parts >= 1)',
  ],
  certificate_parts: [
    'voucher_id BIGINT NOT NULL',
    'part INT NOT NULL',
    'bytes MEDIUMBLOB NOT NULL',
    'PRIMARY KEY (voucher_id, part)',
  ],
})

/** Campaigns that run by themselves, the certificate that each ends with, and the reason of an admin's change. */
export const campaignRuns: Migration = {
  async up(db: Kysely<unknown>) {
    await tables.up(db)
    await addColumn(db, 'seckill_vouchers', 'autopilot', 'TINYINT NOT NULL DEFAULT 0')
    await addColumn(db, 'audit', 'reason', 'VARCHAR(500) NULL')
  },
}
