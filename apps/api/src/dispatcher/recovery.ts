import type { Logger } from 'pino'
import type { RecoveryOutcome } from 'seckill-store/recovery'

/** Rebuilds or reopens the gate's campaign; one recovery of a voucher at a time in this process. */
export type Recover = (voucherId: number) => Promise<void>

/** Other processes may recover the same voucher at the same time: `recoverGate` is safe under that. */
export function createRecovery(recoverGate: (voucherId: number) => Promise<RecoveryOutcome>, logger: Logger): Recover {
  const underWay = new Map<number, Promise<void>>()

  const recover = async (voucherId: number): Promise<void> => {
    const startedAt = performance.now()
    const outcome = await recoverGate(voucherId)
    const level = outcome === 'reopened' || outcome === 'rebuilt' ? 'warn' : 'debug'
    logger[level]({ voucherId, outcome, tookMs: Math.round(performance.now() - startedAt) }, 'gate recovery')
  }

  return (voucherId) => {
    const running = underWay.get(voucherId) ?? recover(voucherId).finally(() => underWay.delete(voucherId))
    underWay.set(voucherId, running)
    return running
  }
}
