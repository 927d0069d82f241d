import { createTables } from './ddl.js'

/** The rows of saga-core's barrier; the primary key is the only unique one, so that its upsert takes one lock a row. */
export const barrier = createTables({
  saga_barrier: [
    'saga VARBINARY(32) NOT NULL',
    'step VARBINARY(64) NOT NULL',
    'phase TINYINT NOT NULL',
    'lane VARBINARY(96) NOT NULL',
    'state TINYINT NOT NULL',
    'token BINARY(16) NOT NULL',
    'result VARBINARY(4000) NULL',
    'at BIGINT NOT NULL',
    'PRIMARY KEY (saga, step, phase, lane)',
    'KEY saga_barrier_by_age (at)',
  ],
})
