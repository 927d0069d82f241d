import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Client, Connection, WorkflowIdConflictPolicy } from '@temporalio/client'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { createSagaClient, type SagaClient } from 'saga-core/client'
import type { RefundActivities } from '../../src/activities/refund/refund-activities.js'
import { refundRunPrefix, refundTaskQueue, refundWorkflow } from '../../src/contract/names.js'
import type { Refund, RefundRun } from '../../src/contract/refund.js'

/** A worker of refunds in a namespace of its own, and clients of its runs. */
export interface RefundWorker {
  readonly client: Client
  readonly sagas: SagaClient
  /** Starts the run of a refund, or finds it where it is open; returns its workflow id. */
  start(refund: Refund): Promise<string>
  stop(): Promise<void>
}

const codePath = fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url))

Runtime.install({ logger: new DefaultLogger('ERROR') })

/** @throws when TEMPORAL_ADDRESS is not set or the bundle was not built. */
export async function startRefundWorker(activities: RefundActivities): Promise<RefundWorker> {
  const address = process.env.TEMPORAL_ADDRESS
  if (address === undefined)
    throw new Error('TEMPORAL_ADDRESS is not set: set it to a Temporal server that tests may use')
  const namespace = `refunds-${randomUUID()}`
  const connection = await Connection.connect({ address })
  const retention = { seconds: 86_400 as never }
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention })
  const native = await NativeConnection.connect({ address })
  const worker = await Worker.create({
    connection: native,
    namespace,
    taskQueue: refundTaskQueue,
    workflowBundle: { codePath },
    activities: { ...activities },
  })
  const running = worker.run()
  const client = new Client({ connection, namespace })
  return {
    client,
    sagas: createSagaClient(client),
    async start(refund) {
      const { workflowId } = await client.workflow.start<RefundRun>(refundWorkflow, {
        taskQueue: refundTaskQueue,
        workflowId: `${refundRunPrefix}${refund.refundId}`,
        args: [refund],
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
        workflowTaskTimeout: '2s',
      })
      return workflowId
    },
    stop: async () => {
      worker.shutdown()
      await running
      await Promise.all([native.close(), connection.close()])
    },
  }
}
