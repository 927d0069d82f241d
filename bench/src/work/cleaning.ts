import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client'
import { Redis } from 'ioredis'
import { type Kysely, sql } from 'kysely'
import type { Stack } from 'seckill-local-stack'
import { gateKeys } from 'seckill-store/gate'
import { closeDatabase, connectDatabase, type Database } from 'seckill-store/mysql'

/** The tables that a run writes; users stay. */
const tables = [
  'purchases',
  'user_claims',
  'voucher_claims',
  'stock',
  'stock_ledger',
  'orders',
  'payments',
  'payment_inbox',
  'refunds',
  'notifications',
  'saga_barrier',
  'request_tallies',
  'seckill_vouchers',
  'campaign_terms',
  'idempotency_keys',
  'vouchers',
] as const

/** Gives every run the same empty tables and keys to begin with. */
export interface Cleaner {
  /** Names every voucher whose orders may wait for their payment: the runs of others stay open. */
  clean(...voucherIds: readonly number[]): Promise<void>
  /** After a scenario that did not come to its end: its runs are terminated and its rows removed. */
  abandon(): Promise<void>
  close(): Promise<void>
}

/** Uses the account that may change tables. */
export function openCleaner({ databaseMigrationUrl, redisUrl, temporalAddress }: Stack): Cleaner {
  const db = connectDatabase(databaseMigrationUrl, { poolSize: 1, statementSeconds: 0, lockWaitSeconds: 30 })
  const redis = new Redis(redisUrl)
  // It connects again by itself after a kill; a call that fails says so.
  redis.on('error', () => {})
  const truncate = async (): Promise<void> => {
    for (const table of tables) await sql`TRUNCATE TABLE ${sql.table(table)}`.execute(db)
  }
  return {
    async clean(...voucherIds) {
      // Runs stay open while their orders await payment.
      await terminateRuns(temporalAddress, await ownersOf(db, voucherIds))
      for (const voucherId of voucherIds) await redis.unlink(...Object.values(gateKeys(voucherId)))
      await truncate()
    },
    async abandon() {
      await terminateAll(temporalAddress)
      await truncate()
    },
    async close() {
      redis.disconnect()
      await closeDatabase(db)
    },
  }
}

/** The runs that own purchases of these vouchers, by workflow id. */
async function ownersOf(db: Kysely<Database>, voucherIds: readonly number[]): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('purchases')
    .select('owner')
    .distinct()
    .where('voucher_id', 'in', voucherIds)
    .where('state', '=', 'AWAITING_PAYMENT')
    .execute()
  return rows.map(({ owner }) => owner)
}

async function terminateRuns(address: string, workflowIds: readonly string[]): Promise<void> {
  await withClient(address, async ({ workflow }) => {
    for (const workflowId of workflowIds) {
      await workflow
        .getHandle(workflowId)
        .terminate('its orders are removed')
        .catch((error: unknown) => {
          // A contender without workflows owns purchases as well.
          if (!(error instanceof WorkflowNotFoundError)) throw error
        })
    }
  })
}

async function terminateAll(address: string): Promise<void> {
  await withClient(address, async ({ workflow }) => {
    for await (const { workflowId, runId } of workflow.list({ query: "ExecutionStatus = 'Running'" })) {
      await workflow.getHandle(workflowId, runId).terminate('its scenario did not come to its end')
    }
  })
}

async function withClient(address: string, work: (client: Client) => Promise<void>): Promise<void> {
  const connection = await Connection.connect({ address })
  try {
    await work(new Client({ connection }))
  } finally {
    await connection.close()
  }
}
