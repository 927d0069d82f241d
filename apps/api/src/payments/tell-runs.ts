import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { SagaError, SagaErrorCode } from 'saga-core'
import type { SagaClient } from 'saga-core/client'
import { reasonOf } from 'seckill-process/reason'
import type { ChangedLane } from 'seckill-store/mysql'
import { paymentWait } from 'seckill-workflows'

export interface TellRunsDependencies {
  readonly sagas: Pick<SagaClient, 'message'>
  readonly onFailed: (lanes: number) => void
  readonly logger: Logger
  /** Milliseconds before each further attempt; default: about a minute together. */
  readonly pausesMs?: readonly number[]
}

const defaultPausesMs = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000] as const

/**
 * Tells the runs that own these lanes that MySQL has news of them; one signal tells a run of many. It never fails: a run that does not get
 * the signal is told again for a minute, and asks MySQL by itself when the time to pay is over.
 */
export type TellRuns = (lanes: readonly ChangedLane[]) => void

export function createTellRuns(dependencies: TellRunsDependencies): TellRuns {
  const { sagas, onFailed, logger, pausesMs = defaultPausesMs } = dependencies
  const tellOnce = (owner: string, lanes: readonly ChangedLane[]) =>
    Promise.all(lanes.map(({ reservationId }) => sagas.message(owner, paymentWait, reservationId, { value: true })))

  const tellRun = async (owner: string, lanes: readonly ChangedLane[]): Promise<void> => {
    for (let attempt = 0; ; attempt++) {
      try {
        await tellOnce(owner, lanes)
        return
      } catch (error) {
        // All its lanes have ended: there is nothing to tell.
        if (hasEnded(error)) return
        const pauseMs = pausesMs[attempt]
        if (attempt === 0) onFailed(lanes.length)
        if (attempt === 0 || pauseMs === undefined) warn(owner, lanes, error, pauseMs)
        if (pauseMs === undefined) return
        // A process that ends does not wait for it.
        await delay(pauseMs, undefined, { ref: false })
      }
    }
  }

  const warn = (owner: string, lanes: readonly ChangedLane[], error: unknown, pauseMs: number | undefined): void => {
    const traceIds = lanes.slice(0, 100).map(({ reservationId }) => reservationId)
    const facts = { workflowId: owner, traceIds, reason: reasonOf(error), againInMs: pauseMs ?? null }
    logger.warn(facts, 'a run was not told of its changed lanes')
  }

  return (lanes) => {
    for (const [owner, group] of Map.groupBy(lanes, (lane) => lane.owner)) void tellRun(owner, group)
  }
}

function hasEnded(error: unknown): boolean {
  return error instanceof SagaError && error.code === SagaErrorCode.RunNotOpen
}
