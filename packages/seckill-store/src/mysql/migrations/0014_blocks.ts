import { createTables, key } from './ddl.js'

/** Users and addresses whose purchases are refused before the gate. */
export const blocks = createTables({
  blocks: [
    `subject ${key(64)} NOT NULL PRIMARY KEY`,
    'reason VARCHAR(500) NOT NULL',
    'actor VARCHAR(100) NOT NULL',
    'created_at BIGINT NOT NULL',
    'ends_at BIGINT NULL',
  ],
})
