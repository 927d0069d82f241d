import type { Logger } from 'pino'
import type { RecoveryOutcome } from 'seckill-store/recovery'

/** Rebuilds, reopens or mends the gate's campaign; concurrent calls for one voucher share one recovery. */
export type Recover = (voucherId: number) => Promise<void>

/** Creates a recovery; `recoverGate` must tolerate a concurrent recovery of the same voucher by another process. */
export function createRecovery(recoverGate: (voucherId: number) => Promise<RecoveryOutcome>, logger: Logger): Recover {
  const underWay = new Map<number, Promise<void>>()

  const recover = async (voucherId: number): Promise<void> => {
    const startedAt = performance.now()
    const outcome = await recoverGate(voucherId)
    const level = outcome === 'open' || outcome === 'rebuilding' || outcome === 'unknown' ? 'debug' : 'warn'
    logger[level]({ voucherId, outcome, tookMs: Math.round(performance.now() - startedAt) }, 'gate recovery')
  }

  return (voucherId) => {
    const running = underWay.get(voucherId) ?? recover(voucherId).finally(() => underWay.delete(voucherId))
    underWay.set(voucherId, running)
    return running
  }
}
