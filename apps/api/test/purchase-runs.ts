import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Client, Connection, type WorkflowHandle } from '@temporalio/client'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { toColumns } from 'saga-core'
import { createSandboxProvider } from 'seckill-payment/sandbox'
import type { Sandbox } from 'seckill-payment/testing'
import { type PurchaseRun, purchaseWorkflow } from 'seckill-workflows'
import { createActivities } from 'seckill-workflows/activities'
import type { ApiUnderTest } from './api-under-test.js'

/** A worker of a test's own; the dispatcher's runs are on another task queue. */
export interface PurchaseRuns {
  readonly client: Client
  /** Takes what waits at the gate into a run, and starts it at once. */
  start(voucherId: number): Promise<WorkflowHandle<PurchaseRun>>
  /** Takes what waits at the gate into a run that is started by the returned function. */
  take(voucherId: number): Promise<() => Promise<WorkflowHandle<PurchaseRun>>>
  stop(): Promise<void>
}

Runtime.install({ logger: new DefaultLogger('ERROR') })

/** Starts a worker on the stores of an API. @throws Error when TEMPORAL_ADDRESS is not set */
export async function startRuns({ dependencies, database }: ApiUnderTest, sandbox: Sandbox): Promise<PurchaseRuns> {
  const address = process.env.TEMPORAL_ADDRESS
  if (address === undefined) throw new Error('TEMPORAL_ADDRESS is not set: it names the server that the tests use.')
  const taskQueue = `purchase-${randomUUID()}`
  const native = await NativeConnection.connect({ address })
  const connection = await Connection.connect({ address })
  const { gate } = dependencies
  const payment = {
    provider: createSandboxProvider(sandbox.options),
    extensionMs: 2_000,
    returnUrl: 'http://shop.example/',
  }
  const worker = await Worker.create({
    connection: native,
    taskQueue,
    workflowBundle: { codePath: fileURLToPath(import.meta.resolve('seckill-workflows/bundle')) },
    activities: createActivities({ db: database.db, gate, payment }),
  })
  const running = worker.run()
  const client = new Client({ connection })

  const take: PurchaseRuns['take'] = async (voucherId) => {
    const workflowId = `purchase-${voucherId}-${randomUUID()}`
    const taken = await gate.take({ voucherId, runId: workflowId, maxLanes: 100, leaseMs: 60_000, maxOpenRuns: 100 })
    if (!('lanes' in taken)) throw new Error(`The gate gave no run: ${taken.status}`)
    return async () => {
      const options = {
        workflowId,
        taskQueue,
        args: [toColumns(taken.lanes)] as const,
        workflowTaskTimeout: '2s' as const,
      }
      const handle = await client.workflow.start<PurchaseRun>(purchaseWorkflow, { ...options, args: [...options.args] })
      await gate.settle(voucherId, workflowId)
      return handle
    }
  }

  return {
    client,
    take,
    start: async (voucherId) => (await take(voucherId))(),
    async stop() {
      worker.shutdown()
      await running
      await Promise.all([native.close(), connection.close()])
    },
  }
}
