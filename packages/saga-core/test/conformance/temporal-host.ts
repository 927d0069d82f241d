import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import type { LaneCall } from 'saga-core'
import { sagaMessageSignal, sagaOperateUpdate, sagaStateQuery } from 'saga-core/workflow'
import { type ScriptedLane, scriptedActivities } from './activities.js'
import type { Host } from './host.js'
import type { SagaName } from './sagas.js'
import type { conformance } from './workflows.js'
import { newWorld, type World } from './world.js'

/** The Temporal runtime under test: a worker in this process, a server at TEMPORAL_ADDRESS. */
export interface TemporalHost extends Host {
  close(): Promise<void>
}

/** Starts the worker. */
export async function temporalHost(): Promise<TemporalHost> {
  const address = process.env.TEMPORAL_ADDRESS ?? 'localhost:7233'
  const logger = new DefaultLogger('ERROR')
  Runtime.install({ logger })
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./workflows.ts', import.meta.url)),
    logger,
  })
  const taskQueue = `saga-core-conformance-${randomUUID()}`
  const worlds = new Map<string, World>()
  const connection = await NativeConnection.connect({ address })
  const worker = await Worker.create({ connection, taskQueue, workflowBundle, activities: activitiesOf(worlds) })
  const running = worker.run()
  const clientConnection = await Connection.connect({ address })
  const client = new Client({ connection: clientConnection })
  const open = new Set<string>()

  return {
    async start(saga, lanes, world = newWorld()) {
      const workflowId = `conformance-${saga}-${randomUUID()}`
      worlds.set(workflowId, world)
      open.add(workflowId)
      const args: [SagaName, readonly ScriptedLane[]] = [saga, lanes]
      const handle = await client.workflow.start<typeof conformance>('conformance', { taskQueue, workflowId, args })
      const report = handle.result().finally(() => open.delete(workflowId))
      // Runs a test leaves parked are ended when the suite closes.
      report.catch(() => undefined)
      return {
        report,
        world,
        workflowId,
        cancel: async () => {
          await handle.cancel()
        },
        message: (messages) => handle.signal(sagaMessageSignal, messages),
        operate: (operation) => handle.executeUpdate(sagaOperateUpdate, { args: [operation] }),
        state: () => handle.query(sagaStateQuery),
      }
    },
    async close() {
      for (const workflowId of open) await client.workflow.getHandle(workflowId).terminate('the suite is over')
      worker.shutdown()
      await running
      await connection.close()
      await clientConnection.close()
    },
  }
}

function activitiesOf(worlds: ReadonlyMap<string, World>) {
  // A child's workflow id starts with its parent's.
  const of = (workflowId: string) => scriptedActivities(worlds.get(workflowId.split('/')[0] as string) as World)
  type Activities = ReturnType<typeof scriptedActivities>
  const doSet: Activities['doSet'] = (request) => of(request.workflowId).doSet(request)
  return {
    doSet,
    verifySet: ((request) => of(request.workflowId).verifySet(request)) as Activities['verifySet'],
    decideSet: ((request) => of(request.workflowId).decideSet(request)) as Activities['decideSet'],
    undoSet: doSet as Activities['undoSet'],
    doLane: (arg: ScriptedLane, call: LaneCall) => of(call.workflowId).doLane(arg, call),
    undoLane: (arg: ScriptedLane | undefined, call: LaneCall) => of(call.workflowId).undoLane(arg, call),
  }
}
