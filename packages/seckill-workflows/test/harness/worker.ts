import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client, Connection, type WorkflowHandle } from '@temporalio/client'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import type { Kysely } from 'kysely'
import { type SagaReport, toColumns } from 'saga-core'
import type { Database } from 'seckill-store/mysql'
import type { PurchaseActivities } from '../../src/activities/index.js'
import { purchaseWorkflow } from '../../src/contract/names.js'
import type { Purchase } from '../../src/contract/purchase.js'
import type { PurchaseRun } from '../../src/contract/run.js'
import { payOrders, tellRun } from '../../src/testing/pay-orders.js'

/** A worker on a task queue of its own, and a client to start runs on it. */
export interface TestWorker {
  readonly client: Client
  /** On the worker's own task queue unless another is named. */
  start(runId: string, lanes: readonly Purchase[], taskQueue?: string): Promise<WorkflowHandle<PurchaseRun>>
  /** Starts a run, pays its orders, and waits for its report. */
  run(runId: string, lanes: readonly Purchase[]): Promise<SagaReport>
  /** Pays the orders of a run as they come, and waits for its report. */
  paid(handle: WorkflowHandle<PurchaseRun>): Promise<SagaReport>
  /** Tells a run that the orders of these lanes have changed. */
  tell(handle: WorkflowHandle<PurchaseRun>, reservationIds: readonly string[]): Promise<void>
  stop(): Promise<void>
}

const bundle = fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url))

Runtime.install({ logger: new DefaultLogger('ERROR') })

/** @throws when no address is given and TEMPORAL_ADDRESS is not set, or the bundle was not built. */
export async function startWorker(
  taskQueue: string,
  activities: PurchaseActivities,
  db: Kysely<Database>,
  address = process.env.TEMPORAL_ADDRESS,
): Promise<TestWorker> {
  if (address === undefined)
    throw new Error('TEMPORAL_ADDRESS is not set: set it to a Temporal server that tests may use')

  const native = await NativeConnection.connect({ address })
  const connection = await Connection.connect({ address })
  const workflowBundle = { codePath: bundle }
  const worker = await Worker.create({ connection: native, taskQueue, workflowBundle, activities })
  const running = worker.run()
  const client = new Client({ connection })
  const start: TestWorker['start'] = (workflowId, lanes, queue = taskQueue) =>
    client.workflow.start<PurchaseRun>(purchaseWorkflow, {
      workflowId,
      taskQueue: queue,
      args: [toColumns(lanes)],
      workflowTaskTimeout: '2s',
    })
  const paid: TestWorker['paid'] = (handle) => payWhileOpen(db, handle)
  return {
    client,
    start,
    run: async (runId, lanes) => paid(await start(runId, lanes)),
    paid,
    tell: tellRun,
    stop: async () => {
      worker.shutdown()
      await running
      await Promise.all([native.close(), connection.close()])
    },
  }
}

async function payWhileOpen(db: Kysely<Database>, handle: WorkflowHandle<PurchaseRun>): Promise<SagaReport> {
  let isOpen = true
  const result = handle.result().finally(() => {
    isOpen = false
  })
  // The result's error is the caller's; here it only ends the payments.
  const paying = (async () => {
    while (isOpen) {
      await payOrders(db, handle)
      await Promise.race([delay(20), result.catch(() => undefined)])
    }
  })()
  const [report] = await Promise.all([result, paying])
  return report
}
