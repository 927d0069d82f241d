import { fileURLToPath } from 'node:url'
import type { Client } from '@temporalio/client'
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import type { Kysely } from 'kysely'
import type { Database } from 'seckill-store/mysql'

/** The history of a run: its size, and the time of its replay in a new worker, the worker's own start left out. */
export interface RunHistory {
  readonly lanes: number
  readonly events: number
  readonly bytes: number
  readonly replayMs: number
}

/** Reads and replays the history of a voucher's run with the most lanes; call it once in a process, whose Temporal runtime it sets. */
export async function readLargestHistory(client: Client, db: Kysely<Database>, voucherId: number): Promise<RunHistory> {
  const { owner, lanes } = await db
    .selectFrom('purchases')
    .select((eb) => ['owner', eb.fn.countAll<number>().as('lanes')])
    .where('voucher_id', '=', voucherId)
    .groupBy('owner')
    .orderBy('lanes', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  const handle = client.workflow.getHandle(owner)
  const { historyLength, historySize } = await handle.describe()
  const history = await handle.fetchHistory()
  const workflowBundle = { codePath: fileURLToPath(import.meta.resolve('seckill-workflows/bundle')) }
  Runtime.install({ logger: new DefaultLogger('ERROR') })
  // The first replay pays for the worker's start.
  await Worker.runReplayHistory({ workflowBundle }, history, owner)
  const startedAt = performance.now()
  await Worker.runReplayHistory({ workflowBundle }, history, owner)
  return { lanes, events: historyLength, bytes: historySize ?? 0, replayMs: Math.round(performance.now() - startedAt) }
}
