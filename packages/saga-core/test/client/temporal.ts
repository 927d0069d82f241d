import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type WorkflowBundle,
} from '@temporalio/worker'

/** The server at TEMPORAL_ADDRESS, a namespace of the file's own, and a worker for the workflows beside this file. */
export interface TemporalSide {
  readonly client: Client
  readonly taskQueue: string
  readonly workflowBundle: WorkflowBundle
  close(): Promise<void>
}

export const temporalAddress = process.env.TEMPORAL_ADDRESS ?? 'localhost:7233'

/** A namespace of the test's own, so that search attributes can come and go. */
export async function newNamespace(connection: Connection): Promise<string> {
  const namespace = `saga-core-${randomUUID()}`
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  })
  return namespace
}

/** Starts a worker. */
export async function temporalSide(activities: object): Promise<TemporalSide> {
  const logger = new DefaultLogger('ERROR')
  Runtime.install({ logger })
  const workflowsPath = fileURLToPath(new URL('./workflows.ts', import.meta.url))
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger })
  const connection = await Connection.connect({ address: temporalAddress })
  const namespace = await newNamespace(connection)
  const native = await NativeConnection.connect({ address: temporalAddress })
  const taskQueue = `stays-${randomUUID()}`
  const worker = await Worker.create({ connection: native, namespace, taskQueue, workflowBundle, activities })
  const running = worker.run()
  return {
    client: new Client({ connection, namespace }),
    taskQueue,
    workflowBundle,
    async close() {
      worker.shutdown()
      await running
      await Promise.all([native.close(), connection.close()])
    },
  }
}
