import { createTables, key } from './ddl.js'

/** Tables for operators: counts of answers, and the changes that admins made. */
export const operations = createTables({
  request_tallies: [
    'voucher_id BIGINT NOT NULL',
    `process_id ${key(96)} NOT NULL`,
    `result ${key(32)} NOT NULL`,
    '`count` BIGINT NOT NULL',
    'PRIMARY KEY (voucher_id, process_id, result)',
    'CONSTRAINT request_tallies_count CHECK (`count` >= 0)',
  ],
  audit: [
    'id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY',
    'at BIGINT NOT NULL',
    'actor VARCHAR(128) NOT NULL',
    `action ${key(64)} NOT NULL`,
    `subject ${key(128)} NOT NULL`,
    'before_value MEDIUMTEXT NULL',
    'after_value MEDIUMTEXT NULL',
    'KEY audit_by_subject (subject, id)',
  ],
})
