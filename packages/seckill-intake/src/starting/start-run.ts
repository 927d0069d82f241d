import type { Logger } from 'pino'
import { reasonOf } from 'seckill-process/reason'
import type { Gate } from 'seckill-store/gate'
import { newRunId } from './run-id.js'
import type { RunStarter, TakenRun } from './run-starter.js'
import type { StartMetrics } from './start-metrics.js'

interface StartRunDependencies {
  readonly gate: Pick<Gate, 'halve'>
  readonly starter: RunStarter
  readonly metrics: StartMetrics
  readonly logger: Logger
}

/** Temporal has the run; it refuses the run, which the gate has halved or put aside; or it may have the run. */
export type StartResult = 'started' | 'refused' | 'unknown'

/** Starts a taken run. After an unknown start nothing is released: the same run is started again. */
export type StartRun = (run: TakenRun) => Promise<StartResult>

export function createStartRun(dependencies: StartRunDependencies): StartRun {
  const { starter, metrics, logger } = dependencies
  return async (run) => {
    const outcome = await starter.start(run)
    metrics.start(outcome.status, run.lanes.length)
    switch (outcome.status) {
      case 'started':
      case 'already-started':
        return 'started'
      case 'refused':
        await halve(dependencies, run, outcome.error)
        return 'refused'
      case 'unknown': {
        const about = { voucherId: run.voucherId, runId: run.runId, lanes: run.lanes.length }
        logger.warn({ ...about, reason: reasonOf(outcome.error) }, 'start unknown: the run is kept and started again')
        return 'unknown'
      }
    }
  }
}

/** A lane that Temporal refuses is found by halving; the others start in runs of their own. */
async function halve({ gate, metrics, logger }: StartRunDependencies, run: TakenRun, err: unknown): Promise<void> {
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
