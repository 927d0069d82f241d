import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { noteRefundRuns, type RefundToMake, refundsWithoutRun, unfinishedRefunds } from 'seckill-store/mysql'
import { refundRunPrefix } from 'seckill-workflows'
import type { Connections } from './connections.js'
import type { RefundRuns } from './refund-runs.js'

/** The bounds of the starts of refund runs; times in milliseconds. */
export interface RefundPlan {
  /** The pause between two looks for refunds that have no run. */
  readonly everyMs: number
  /** The time between two looks for refunds whose runs were ended from outside. */
  readonly checkEveryMs: number
  /** Refunds read, and started, at once. */
  readonly atOnce: number
}

/** The starts of refund runs, which go on round by round. */
export interface RefundStarter {
  /** Resolves after the round under way. */
  stop(): Promise<void>
}

/**
 * Starts the run of each refund that has none, and notes the run once its start is known: a crash between the two repeats the start, which
 * finds the same run. A run that was ended from outside is started again, and goes on by the same keys.
 */
export function startRefunds(db: Connections['db'], runs: RefundRuns, plan: RefundPlan, logger: Logger): RefundStarter {
  const stopping = new AbortController()
  let checkedAt = performance.now()
  /** The refund up to which runs have been looked at. */
  let after = ''

  async function startNew(): Promise<number> {
    const refunds = await refundsWithoutRun(db, plan.atOnce)
    const started = await startAll(runs, refunds)
    await noteRefundRuns(db, refundRunPrefix, started.ids)
    if (started.ids.length > 0) logger.debug({ refunds: started.ids.length }, 'refund runs started')
    if (started.failed.length > 0) throw started.failed[0]
    return refunds.length
  }

  async function startAgain(): Promise<void> {
    const page = { after, limit: plan.atOnce, quietMs: plan.checkEveryMs }
    const refunds = await unfinishedRefunds(db, page)
    after = refunds.length < plan.atOnce ? '' : (refunds.at(-1)?.refundId ?? '')
    const wasEnded = await Promise.all(refunds.map((refund) => runs.wasEnded(refund)))
    const ended = refunds.filter((_, at) => wasEnded[at])
    if (ended.length === 0) return
    const { ids, failed } = await startAll(runs, ended)
    logger.warn({ refunds: ids }, 'refund runs were ended from outside, and are started again')
    if (failed.length > 0) throw failed[0]
  }

  /** Reports whether more refunds wait for their runs. */
  async function round(): Promise<boolean> {
    const isFull = (await startNew()) === plan.atOnce
    if (performance.now() - checkedAt < plan.checkEveryMs) return isFull
    checkedAt = performance.now()
    await startAgain()
    return isFull
  }

  const work = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const isMore = await round().catch((err: unknown) => {
        logger.warn({ err }, 'refund runs could not be started; trying again')
        return false
      })
      if (!isMore) await delay(plan.everyMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  const working = work()
  return {
    stop() {
      stopping.abort()
      return working
    },
  }
}

interface Started {
  readonly ids: readonly string[]
  readonly failed: readonly unknown[]
}

async function startAll(runs: RefundRuns, refunds: readonly RefundToMake[]): Promise<Started> {
  const results = await Promise.allSettled(refunds.map((refund) => runs.start(refund)))
  return {
    ids: refunds.filter((_, at) => results[at]?.status === 'fulfilled').map(({ refundId }) => refundId),
    failed: results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])),
  }
}
