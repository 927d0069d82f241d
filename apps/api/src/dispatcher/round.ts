import type { Logger } from 'pino'
import { newRunId } from 'seckill-intake/starting'
import { reasonOf } from 'seckill-process/reason'
import type { Gate } from 'seckill-store/gate'
import type { DispatchConfig } from '../config.js'
import type { DispatchMetrics } from '../observe/metrics.js'
import type { RunHandover } from './handover.js'
import type { Recover } from './recovery.js'

const mostOpenRecords = 32

export interface RoundDependencies {
  readonly gate: Pick<Gate, 'take' | 'settle'>
  readonly handover: RunHandover
  readonly recover: Recover
  readonly config: Pick<DispatchConfig, 'maxLanes' | 'leaseMs'>
  readonly metrics: Pick<DispatchMetrics, 'takenAgain' | 'roundFailed'>
  readonly logger: Logger
}

/** The result of a round: continue at once, wait for a wake-up or the poll, or back off. */
export type RoundResult = 'again' | 'idle' | 'failed'

type OnHandedOver = (runId: string, lanes: number) => void

/**
 * One round of a voucher: take a run from the gate, hand it over, settle it once Temporal has it. `onHandedOver` is called once the run is
 * with Temporal or the broker.
 */
export type Round = (voucherId: number, onHandedOver: OnHandedOver) => Promise<RoundResult>

export function createRound(dependencies: RoundDependencies): Round {
  const { gate, handover, recover, config, metrics, logger } = dependencies

  const take = (voucherId: number) =>
    gate.take({
      voucherId,
      runId: newRunId(voucherId),
      maxLanes: config.maxLanes,
      leaseMs: config.leaseMs,
      maxOpenRuns: mostOpenRecords,
    })

  const round: Round = async (voucherId, onHandedOver) => {
    if (!handover.ready()) return 'idle'
    const taken = await take(voucherId)
    switch (taken.status) {
      case 'taken':
      case 'again': {
        if (taken.status === 'again') metrics.takenAgain()
        const { runId, lanes } = taken
        const handedOver = await handover.handOver({ voucherId, runId, lanes })
        if (handedOver === 'kept') return 'failed'
        onHandedOver(runId, lanes.length)
        if (handedOver === 'started') await gate.settle(voucherId, runId)
        return 'again'
      }
      case 'empty':
      case 'busy':
        return 'idle'
      case 'recovering':
      case 'unknown':
        await recover(voucherId)
        return 'idle'
    }
  }

  return (voucherId, onHandedOver) =>
    round(voucherId, onHandedOver).catch((error: unknown): RoundResult => {
      metrics.roundFailed()
      logger.warn({ voucherId, reason: reasonOf(error) }, 'dispatch round failed; trying again')
      return 'failed'
    })
}
