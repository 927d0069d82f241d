import type { Logger } from 'pino'
import type { SagaClient } from 'saga-core/client'
import type { ChangedLane } from 'seckill-store/mysql'
import { paymentWait } from 'seckill-workflows'
import { reasonOf } from '../reason.js'

export interface TellRunsDependencies {
  readonly sagas: Pick<SagaClient, 'message'>
  readonly onFailed: (lanes: number) => void
  readonly logger: Logger
}

/**
 * Tells the runs that own these lanes that MySQL has news of them; one signal tells a run of many. It never fails: a run that was not told
 * asks MySQL by itself when the time to pay is over.
 */
export type TellRuns = (lanes: readonly ChangedLane[]) => void

export function createTellRuns({ sagas, onFailed, logger }: TellRunsDependencies): TellRuns {
  const tellRun = async (owner: string, lanes: readonly ChangedLane[]): Promise<void> => {
    try {
      await Promise.all(
        lanes.map(({ reservationId }) => sagas.message(owner, paymentWait, reservationId, { value: true })),
      )
    } catch (error) {
      onFailed(lanes.length)
      const traceIds = lanes.slice(0, 100).map(({ reservationId }) => reservationId)
      logger.warn({ workflowId: owner, traceIds, reason: reasonOf(error) }, 'a run was not told of its changed lanes')
    }
  }
  return (lanes) => {
    for (const [owner, group] of Map.groupBy(lanes, (lane) => lane.owner)) void tellRun(owner, group)
  }
}
