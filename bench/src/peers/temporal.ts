import { fileURLToPath } from 'node:url'
import { Client, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { toColumns } from 'saga-core'
import type { Purchase } from 'seckill-workflows'
import { inBatches } from './in-batches.js'
import { openBatchWork, openOrderWork } from './open-work.js'
import type { OpenPeer, Peer, PeerTerms } from './peer.js'
import { versionOf } from './version-of.js'

/** The differences between the workflows of the comparison. */
interface Runs {
  readonly workflow: string
  readonly bundle: string
  readonly activities: object
  readonly lanesARun: number
  readonly runsInFlight: number
  readonly argument: (lanes: readonly Purchase[]) => unknown
  /** Resolves when the orders of a run are made. */
  readonly over: (handle: WorkflowHandle, lanes: readonly Purchase[]) => Promise<unknown>
  readonly close: () => Promise<void>
}

function bundleOf(side: string): string {
  return fileURLToPath(new URL(`../${side}.bundle.js`, import.meta.url))
}
const handBundle = bundleOf('hand-written')
const sagaBundle = bundleOf('saga-core')
const saleBundle = fileURLToPath(import.meta.resolve('seckill-workflows/bundle'))

interface Single extends Pick<Runs, 'workflow' | 'bundle'>, Pick<Peer, 'name' | 'tuning' | 'roughly'> {}

function onePerOrder({ name, tuning, roughly, ...how }: Single): Peer {
  return {
    name,
    barrierRows: 4,
    tuning,
    roughly,
    async open(terms) {
      const { steps, close } = openOrderWork(terms)
      return openRuns(terms, {
        ...how,
        activities: steps,
        lanesARun: 1,
        runsInFlight: terms.ordersInFlight,
        argument: ([lane]) => lane,
        over: (handle) => handle.result(),
        close,
      })
    },
  }
}

const alike = 'eager start, a worker that polls as by default, one connection for client and worker'
const localTuning = `local activities, ${alike}`
const local = { tuning: localTuning, roughly: 50 }
const regular = { tuning: `regular activities, eager activities, ${alike}`, roughly: 20 }

/** saga-core as it comes, one lane a run, per-lane activities. */
export const sagaCoreLocal = onePerOrder({
  ...local,
  name: 'saga-core, local activities',
  workflow: 'sagaCoreLocal',
  bundle: sagaBundle,
})

/** saga-core with every step placed on a task queue. */
export const sagaCoreRegular = onePerOrder({
  ...regular,
  name: 'saga-core, regular activities',
  workflow: 'sagaCoreRegular',
  bundle: sagaBundle,
})

/** The saga by hand, in saga-core's own mode. */
export const handWrittenLocal = onePerOrder({
  ...local,
  name: 'Temporal by hand, local activities',
  workflow: 'handWrittenLocal',
  bundle: handBundle,
})

/** The saga by hand, as the samples have it. */
export const handWrittenRegular = onePerOrder({
  ...regular,
  name: 'Temporal by hand, regular activities',
  workflow: 'handWrittenRegular',
  bundle: handBundle,
})

/** The sale's own purchase runs of this many lanes, started by hand. */
export function purchaseRuns(lanesARun: number): Peer {
  return {
    name: `purchase runs of ${lanesARun} lane${lanesARun === 1 ? '' : 's'}`,
    barrierRows: 4,
    tuning: localTuning,
    roughly: Math.min(mostOrdersASecond, lanesARun * runsASecond),
    async open(terms) {
      const { activities, watch, close } = openBatchWork(terms)
      return openRuns(terms, {
        workflow: 'purchase',
        bundle: saleBundle,
        activities,
        lanesARun,
        runsInFlight: lanesARun === 1 ? terms.ordersInFlight : runsAtOnce,
        argument: toColumns,
        // The run goes on: its lanes await payment.
        over: (handle, lanes) => watch.served(handle.workflowId, lanes.length),
        close,
      })
    },
  }
}

/** Roughly, on two cores. */
const runsASecond = 30
const mostOrdersASecond = 15_000
/** The number of runs at once that fills two cores. */
export const runsAtOnce = 6

async function openRuns(terms: PeerTerms, runs: Runs): Promise<OpenPeer> {
  Runtime.install({ logger: new DefaultLogger('ERROR') })
  const connection = await NativeConnection.connect({ address: terms.temporalAddress })
  const worker = await Worker.create({
    connection,
    taskQueue: terms.prefix,
    workflowBundle: { codePath: runs.bundle },
    activities: runs.activities,
  })
  const running = worker.run()
  const client = new Client({ connection })
  let waiting: (readonly Purchase[])[] = []
  let started: readonly string[] = []
  let working: readonly Promise<void>[] = []
  return {
    versions: { temporalSdk: versionOf('@temporalio/worker') },
    durability: {},
    processes: {},
    async fill(lanes) {
      waiting = inBatches(lanes, runs.lanesARun).toReversed() as (readonly Purchase[])[]
      started = lanes.map(({ reservationId }) => reservationId).slice(0, sampledRuns)
    },
    async work(onFailure) {
      const next = async (): Promise<void> => {
        for (let lanes = waiting.pop(); lanes !== undefined; lanes = waiting.pop()) {
          await runOne(client, terms, runs, lanes)
        }
      }
      const loop = (): Promise<void> => next().catch((error: unknown) => onFailure(reasonOf(error)))
      working = Array.from({ length: runs.runsInFlight }, loop)
    },
    async rest() {
      await Promise.all(working)
      return describeRuns(client, runs.lanesARun === 1 ? started : started.slice(0, 1))
    },
    async close() {
      worker.shutdown()
      await running
      await connection.close()
      await runs.close()
    },
  }
}

const sampledRuns = 5

function reasonOf(error: unknown): unknown {
  return error instanceof WorkflowFailedError ? error.cause : error
}

async function runOne(client: Client, terms: PeerTerms, runs: Runs, lanes: readonly Purchase[]): Promise<void> {
  const handle = await client.workflow.start(runs.workflow, {
    workflowId: lanes[0]?.reservationId ?? '',
    taskQueue: terms.prefix,
    args: [runs.argument(lanes)],
    workflowTaskTimeout: '2s',
    requestEagerStart: true,
  })
  await runs.over(handle, lanes)
}

/** Events and state transitions of some runs: their cost to the server, independent of the machine. */
async function describeRuns(client: Client, ids: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const infos = await Promise.all(ids.map((id) => client.workflow.getHandle(id).describe()))
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    historyEvents: mean(infos.map(({ historyLength }) => historyLength)),
    stateTransitions: mean(infos.map(({ raw }) => Number(raw.workflowExecutionInfo?.stateTransitionCount ?? 0))),
  }
}
