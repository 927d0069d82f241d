import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Client, Connection, type WorkflowHandle } from '@temporalio/client'
import type { Duration } from '@temporalio/common'
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type WorkflowBundle,
} from '@temporalio/worker'
import type { LaneCall } from 'saga-core'
import { fetchHistories, type HistoryEvent, type RecordedHistory, replayHistories } from 'saga-core/testing'
import { sagaMessageSignal, sagaOperateUpdate, sagaStateQuery } from 'saga-core/workflow'
import { expect } from 'vitest'
import { type ScriptedLane, scriptedActivities } from './activities.js'
import type { Host, HostedChild, HostedRun } from './host.js'
import type { conformance } from './workflows.js'
import { newWorld, type World } from './world.js'

/** A run on the server. */
export interface TemporalRun extends HostedRun {
  readonly workflowId: string
}

/** The Temporal runtime under test: a worker in this process, a server at TEMPORAL_ADDRESS. */
export interface TemporalHost extends Host {
  readonly client: Client
  /** Starts the workflow of that name, by default `conformance`. */
  start(...args: [...start: Parameters<Host['start']>, workflow?: string]): Promise<TemporalRun>
  /**
   * Ends the runs that tests left open, and replays every run.
   *
   * @throws Error when a replay fails.
   */
  close(): Promise<void>
}

/** Starts the worker, by default with the suite's workflows; a workflow task that takes its timeout is heartbeated before. */
export async function temporalHost(
  workflows: URL = new URL('./workflows.ts', import.meta.url),
  workflowTaskTimeout: Duration = '10s',
): Promise<TemporalHost> {
  const address = process.env.TEMPORAL_ADDRESS ?? 'localhost:7233'
  const logger = new DefaultLogger('ERROR')
  Runtime.install({ logger })
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(workflows),
    logger,
  })
  const taskQueue = `conformance-${randomUUID().slice(0, 8)}`
  const worlds = new Map<string, World>()
  const connection = await NativeConnection.connect({ address })
  const worker = await Worker.create({ connection, taskQueue, workflowBundle, activities: activitiesOf(worlds) })
  const running = worker.run()
  const clientConnection = await Connection.connect({ address })
  const client = new Client({ connection: clientConnection })
  const open = new Set<string>()

  return {
    client,
    taskQueue,
    async start(saga, lanes, world = newWorld(), options = {}, workflow = 'conformance') {
      const workflowId = `${taskQueue}-${saga}-${worlds.size}`
      worlds.set(workflowId, world)
      open.add(workflowId)
      const args: Parameters<typeof conformance> = [saga, lanes, options]
      const how = { taskQueue, workflowId, workflowTaskTimeout, args }
      const handle = await client.workflow.start<typeof conformance>(workflow, how)
      const report = handle.result().finally(() => open.delete(workflowId))
      // Runs a test leaves parked are ended when the suite closes.
      report.catch(() => undefined)
      return {
        workflowId,
        report,
        world,
        ...leversOf(handle),
        child: (path) => childOf(client, `${workflowId}/${path}`),
      }
    },
    async close() {
      for (const workflowId of open) await client.workflow.getHandle(workflowId).terminate('the suite is over')
      worker.shutdown()
      await running
      await connection.close()
      const histories = await historiesOf(client, [...worlds.keys()])
      await clientConnection.close()
      await replayAll(workflowBundle, histories)
    },
  }
}

/** The messages and verbs of a run, a child's or its parent's. */
function leversOf(handle: WorkflowHandle): Omit<HostedChild, 'workflowId'> {
  return {
    cancel: async () => {
      await handle.cancel()
    },
    message: (messages) => handle.signal(sagaMessageSignal, messages),
    operate: (operation) => handle.executeUpdate(sagaOperateUpdate, { args: [operation] }),
    state: () => handle.query(sagaStateQuery),
  }
}

/** A child's run, once it has started. */
async function childOf(client: Client, workflowId: string): Promise<HostedChild> {
  const handle = client.workflow.getHandle(workflowId)
  await expect.poll(() => handle.describe().catch(() => undefined)).toBeDefined()
  return { ...leversOf(handle), workflowId }
}

/** The histories of runs and of their children. */
async function historiesOf(client: Client, workflowIds: readonly string[]): Promise<readonly RecordedHistory[]> {
  const histories = await fetchHistories(client, { workflowIds })
  const children = histories.flatMap(({ history }) => history.events.flatMap(idsOfChildren))
  return [...histories, ...(await fetchHistories(client, { workflowIds: children }))]
}

interface ChildStarted {
  readonly workflowExecution: { readonly workflowId: string }
}

function idsOfChildren(event: HistoryEvent): readonly string[] {
  const started = event.childWorkflowExecutionStartedEventAttributes as ChildStarted | undefined
  return started ? [started.workflowExecution.workflowId] : []
}

/** Replays a run: an engine that gives other commands in a replay blocks real runs. */
async function replayAll(workflowBundle: WorkflowBundle, histories: readonly RecordedHistory[]): Promise<void> {
  if (histories.length === 0) return
  const replays = await replayHistories({ workflowBundle, histories })
  const failed = replays.flatMap(({ name, failure }) => (failure ? [`${name}: ${failure.message}`] : []))
  if (failed.length > 0)
    throw new Error(`${failed.length} of ${replays.length} runs do not replay:\n${failed.join('\n')}`)
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
