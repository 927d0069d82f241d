import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Client, Connection, type WorkflowClient } from '@temporalio/client'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'

/** An example's worker in this process, on a task queue of its own. */
export interface TestWorker {
  readonly workflow: WorkflowClient
  readonly taskQueue: string
  stop(): Promise<void>
}

/** Starts a worker at TEMPORAL_ADDRESS; once in a process. */
export async function startWorker(example: string, activities: object): Promise<TestWorker> {
  const { connectionOptions } = loadClientConnectConfig()
  Runtime.install({ logger: new DefaultLogger('ERROR') })
  const taskQueue = `${example}-${randomUUID()}`
  const native = await NativeConnection.connect(connectionOptions)
  const connection = await Connection.connect(connectionOptions)
  const workflowsPath = fileURLToPath(new URL(`./${example}/src/workflows.ts`, import.meta.url))
  const worker = await Worker.create({ connection: native, taskQueue, activities, workflowsPath })
  const running = worker.run()
  return {
    workflow: new Client({ connection }).workflow,
    taskQueue,
    async stop() {
      worker.shutdown()
      await running
      await Promise.all([native.close(), connection.close()])
    },
  }
}
