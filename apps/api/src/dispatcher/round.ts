import type { Logger } from 'pino'
import type { Gate } from 'seckill-store/gate'
import { purchaseRunPrefix } from 'seckill-workflows'
import { uuidv7 } from 'uuidv7'
import type { DispatchConfig } from '../config.js'
import type { DispatchMetrics } from '../observe/metrics.js'
import { reasonOf } from '../reason.js'
import type { Recover } from './recovery.js'
import type { RunStarter, TakenRun } from './run-starter.js'

const mostOpenRecords = 32

export interface RoundDependencies {
  readonly gate: Pick<Gate, 'take' | 'settle' | 'halve'>
  readonly starter: RunStarter
  readonly recover: Recover
  readonly config: DispatchConfig
  readonly metrics: DispatchMetrics
  readonly logger: Logger
}

/** The result of a round: continue at once, wait for a wake-up or the poll, or back off. */
export type RoundResult = 'again' | 'idle' | 'failed'

type OnStarted = (runId: string, lanes: number) => void

/**
 * One round of a voucher: take a run from the gate, start it, settle it. `onStarted` is called once Temporal has the
 * run.
 */
export type Round = (voucherId: number, onStarted: OnStarted) => Promise<RoundResult>

/** The run id is random: ids derived from stream ids would repeat after Redis has lost its last writes. */
function newRunId(voucherId: number): string {
  return `${purchaseRunPrefix(voucherId)}${uuidv7()}`
}

/** A lane that Temporal refuses is found by halving; the others start in runs of their own. */
async function halve({ gate, metrics, logger }: RoundDependencies, run: TakenRun, err: unknown): Promise<void> {
  const { voucherId, runId, lanes } = run
  const outcome = await gate.halve(voucherId, runId, [newRunId(voucherId), newRunId(voucherId)])
  const about = { voucherId, runId, lanes: lanes.length, outcome, err }
  if (outcome !== 'put-aside') return logger.warn(about, 'Temporal refuses the run for good')
  metrics.putAside()
  logger.error(
    { ...about, traceId: lanes[0]?.reservationId },
    'Temporal refuses the purchase for good: it is put aside',
  )
}

/**
 * Reports whether Temporal has the run. After an unknown start nothing is released: the same run is taken and started
 * again.
 */
async function started(dependencies: RoundDependencies, run: TakenRun): Promise<boolean> {
  const { starter, metrics, logger } = dependencies
  const outcome = await starter.start(run)
  metrics.start(outcome.status, run.lanes.length)
  const about = { voucherId: run.voucherId, runId: run.runId, lanes: run.lanes.length }
  switch (outcome.status) {
    case 'started':
    case 'already-started':
      return true
    case 'refused':
      await halve(dependencies, run, outcome.error)
      return false
    case 'unknown':
      logger.warn({ ...about, reason: reasonOf(outcome.error) }, 'start unknown: the run is kept and started again')
      return false
  }
}

export function createRound(dependencies: RoundDependencies): Round {
  const { gate, recover, config, metrics, logger } = dependencies

  const take = (voucherId: number) =>
    gate.take({
      voucherId,
      runId: newRunId(voucherId),
      maxLanes: config.maxLanes,
      leaseMs: config.leaseMs,
      maxOpenRuns: mostOpenRecords,
    })

  const round: Round = async (voucherId, onStarted) => {
    const taken = await take(voucherId)
    switch (taken.status) {
      case 'taken':
      case 'again':
        if (taken.status === 'again') metrics.takenAgain()
        if (!(await started(dependencies, { voucherId, runId: taken.runId, lanes: taken.lanes }))) return 'failed'
        onStarted(taken.runId, taken.lanes.length)
        await gate.settle(voucherId, taken.runId)
        return 'again'
      case 'empty':
      case 'busy':
        return 'idle'
      case 'recovering':
      case 'unknown':
        await recover(voucherId)
        return 'idle'
    }
  }

  return (voucherId, onStarted) =>
    round(voucherId, onStarted).catch((error: unknown): RoundResult => {
      metrics.roundFailed()
      logger.warn({ voucherId, reason: reasonOf(error) }, 'dispatch round failed; trying again')
      return 'failed'
    })
}
