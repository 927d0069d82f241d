import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { cleanBarrier } from 'saga-core/kysely'
import type { Connections } from './connections.js'

/** The bounds of a cleaning; times in milliseconds. */
export interface CleaningPlan {
  /** Rows younger than this stay. */
  readonly retentionMs: number
  readonly everyMs: number
  /** Rows read, and deleted, at once. */
  readonly rowsAtOnce: number
  readonly batchesARound: number
}

/** The rows of one batch, and the batches of one round, that every worker process cleans. */
export const cleaningBounds = { rowsAtOnce: 1_000, batchesARound: 20 } as const

/** A cleaning that goes on round by round. */
export interface BarrierCleaning {
  /** Resolves after the batch under way. */
  stop(): Promise<void>
}

/** Answers the lanes of a saga, of those given, whose barrier rows no attempt and no operator's verb can need any more. */
export type EndedLanes = (saga: string, lanes: readonly string[]) => Promise<readonly string[]>

/** Deletes old barrier rows of ended lanes: a bounded number of batches a round, the next round from where it stopped. */
export function startBarrierCleaning(
  db: Connections['db'],
  ended: EndedLanes,
  plan: CleaningPlan,
  logger: Logger,
): BarrierCleaning {
  const stopping = new AbortController()
  let from: string | undefined

  const round = async (): Promise<void> => {
    const enough = new AbortController()
    let batches = 0
    const { deleted, kept, next } = await cleanBarrier(db, {
      olderThanMs: plan.retentionMs,
      ended,
      rowsAtOnce: plan.rowsAtOnce,
      signal: AbortSignal.any([stopping.signal, enough.signal]),
      onProgress: () => {
        batches += 1
        if (batches === plan.batchesARound) enough.abort()
      },
      ...(from !== undefined && { from }),
    })
    from = next
    if (deleted > 0) logger.info({ deleted, kept, complete: next === undefined }, 'old barrier rows deleted')
  }

  const cleanUntilStopped = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await delay(plan.everyMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return
      await round().catch((err: unknown) => logger.warn({ err }, 'the barrier could not be cleaned; trying again'))
    }
  }

  const cleaning = cleanUntilStopped()
  return {
    stop() {
      stopping.abort()
      return cleaning
    },
  }
}
