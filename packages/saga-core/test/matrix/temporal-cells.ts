import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client, Connection, type WorkflowHandle } from '@temporalio/client'
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { type SagaDefinition, type SagaState, toColumns } from 'saga-core'
import { sagaLaneQuery, sagaOperateUpdate, sagaStateQuery } from 'saga-core/workflow'
import { type CellPlan, checkPlan } from '../../src/testing/matrix/cell.js'
import { scriptOf } from '../../src/testing/matrix/rules.js'
import { checkPromises } from '../../src/testing/simulation/promises.js'
import type { SimulatedEnd } from '../../src/testing/simulation/simulate.js'
import { barrierDatabase } from '../barrier-database.js'
import { type Booking, bookingSaga } from './booking.saga.js'
import { type BookingLedger, bookingLedger } from './booking-ledger.js'
import { type FaultyRun, faultyActivities } from './faulty-worker.js'
import type { booking } from './workflows.js'

const pollMs = 50

/** Cells of the booking saga's matrix on a Temporal server and a database. */
export interface TemporalCells {
  /**
   * Runs a cell; returns the promises it breaks.
   *
   * @throws Error when the test's own code fails in the worker.
   */
  run(plan: CellPlan): Promise<readonly string[]>
  close(): Promise<void>
}

type Handle = WorkflowHandle<typeof booking>
const definition = bookingSaga as SagaDefinition

/** Starts a worker on the server at TEMPORAL_ADDRESS, with a database of its own. */
export async function temporalCells(): Promise<TemporalCells> {
  const address = process.env.TEMPORAL_ADDRESS ?? 'localhost:7233'
  const logger = new DefaultLogger('ERROR')
  Runtime.install({ logger })
  const workflowsPath = fileURLToPath(new URL('./workflows.ts', import.meta.url))
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger })
  const database = await barrierDatabase()
  const ledger = await bookingLedger(database.db)
  const runs = new Map<string, FaultyRun>()
  const native = await NativeConnection.connect({ address })
  const taskQueue = `saga-core-matrix-${randomUUID()}`
  const activities = faultyActivities(definition, ledger.activity, runs)
  const worker = await Worker.create({ connection: native, taskQueue, workflowBundle, activities })
  const running = worker.run()
  const connection = await Connection.connect({ address })
  const client = new Client({ connection })
  return {
    run: (plan) => runCell({ client, taskQueue, ledger, runs }, plan),
    async close() {
      worker.shutdown()
      await running
      await Promise.all([native.close(), connection.close(), database.drop()])
    },
  }
}

interface Bench {
  readonly client: Client
  readonly taskQueue: string
  readonly ledger: BookingLedger
  readonly runs: Map<string, FaultyRun>
}

async function runCell({ client, taskQueue, ledger, runs }: Bench, plan: CellPlan): Promise<readonly string[]> {
  const workflowId = `matrix-${randomUUID()}`
  const lanes: readonly Booking[] = ['a', 'b'].map((name) => ({ id: `${name}-${workflowId}` }))
  const keys = lanes.map(({ id }) => id)
  const target = keys[0] as string
  const script = scriptOf(plan.rules, target)
  const handle = client.workflow.getHandle<typeof booking>(workflowId)
  const broken = Promise.withResolvers<never>()
  const run: FaultyRun = {
    script: script.script,
    refuse: ledger.refuse,
    cancel: async () => void (await handle.cancel()),
    abort: async () => {
      const abort = { verb: 'abort', actor: 'test', reason: 'the run is called off', operationId: 'abort' } as const
      await handle.executeUpdate(sagaOperateUpdate, { args: [abort] })
    },
    late: [],
    violations: [],
    breakOff: broken.reject,
    attempts: 0,
    lifted: 0,
  }
  runs.set(workflowId, run)
  // The adopted effect, which exists before the run starts.
  await ledger.activity({ saga: 'booking', step: 'ticket', phase: 'action', workflowId, keys, args: toColumns(lanes) })
  await client.workflow.start<typeof booking>('booking', {
    taskQueue,
    workflowId,
    args: [lanes],
    workflowTaskTimeout: '2s',
  })
  const parked = await Promise.race([untilEnded(handle, run), broken.promise]).catch(async (error: unknown) => {
    await handle.terminate('the test is broken off')
    throw error
  })
  for (const late of run.late) await late().catch(() => undefined)
  const ends: SimulatedEnd[] = []
  // Of two queries that a closed run gets at the same time, Temporal now and then loses one.
  for (const key of keys) ends.push(await endOf(handle, key))
  const effects = await ledger.effectsOf(keys)
  return [
    ...run.violations,
    ...checkPlan(plan, { ends, parked }, script, target),
    ...checkPromises(definition, { ends, effects }),
  ]
}

/** Follows a run to its end; while it is parked, its faults are lifted and it is tried again. */
async function untilEnded(handle: Handle, run: FaultyRun): Promise<readonly SagaState[]> {
  const parked: SagaState[] = []
  for (;;) {
    const { status } = await handle.describe()
    if (status.name !== 'RUNNING') return parked
    const state = await handle.query(sagaStateQuery)
    const { parked: waiting = 0, running = 0, compensating = 0 } = state.counts
    if (waiting === 0 || running + compensating > 0) {
      // A query takes a workflow task; asked without a pause, queries would keep the run itself from going on.
      await setTimeout(pollMs)
      continue
    }
    parked.push(state)
    run.lifted++
    const operationId = `lift-${run.lifted}`
    const retry = { verb: 'retry', actor: 'test', reason: 'the fault is lifted', operationId } as const
    await handle.executeUpdate(sagaOperateUpdate, { args: [retry] })
  }
}

async function endOf(handle: Handle, key: string): Promise<SimulatedEnd> {
  const lane = await handle.query(sagaLaneQuery, key)
  if (!lane?.outcome) throw new Error(`the run is over, but lane ${key} is ${lane?.status ?? 'not there'}`)
  return { key, outcome: lane.outcome, ...(lane.cause && { cause: lane.cause }) }
}
