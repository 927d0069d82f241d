import { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import { cleaningBounds, startBarrierCleaning } from './barrier-cleaning.js'
import type { Config } from './config.js'
import type { Connections } from './connections.js'
import { createEndedLanes } from './ended-lanes.js'
import { createRefundRuns } from './refund-runs.js'
import { startRefunds } from './refund-starter.js'

/** Work that goes on beside the workers, round by round. */
export interface Background {
  /** Resolves after the rounds under way. */
  stop(): Promise<void>
}

const refundsAtOnce = 50
const startDeadlineMs = 5_000

/** Starts the refund runs, and cleans the barrier. */
export function startBackground(config: Config, { db, temporal }: Connections, logger: Logger): Background {
  const client = new Client({ connection: temporal, namespace: config.temporal.namespace })
  const cleaning = startBarrierCleaning(
    db,
    createEndedLanes(db, client),
    { ...cleaningBounds, everyMs: config.barrierCleaningMs, retentionMs: config.barrierRetentionMs },
    logger,
  )
  const refunds = startRefunds(
    db,
    createRefundRuns(client, startDeadlineMs, config.servicesApart),
    { everyMs: config.refundStartMs, checkEveryMs: config.refundCheckMs, atOnce: refundsAtOnce },
    logger,
  )
  return {
    stop: async () => {
      await Promise.all([cleaning.stop(), refunds.stop()])
    },
  }
}
