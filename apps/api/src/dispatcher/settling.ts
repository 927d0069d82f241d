import type { Logger } from 'pino'
import type { Campaign } from 'seckill-store/mysql'
import { reasonOf } from '../reason.js'

/** An attempt counts the campaign's purchases, so that it is not made every second. */
const pauseMs = 10_000

/**
 * Settles a closed campaign once nothing of it is on its way; other campaigns are left alone. Never rejects: a failure is
 * logged and left to the next attempt.
 */
export type Settling = (campaign: Pick<Campaign, 'voucherId' | 'state'>) => Promise<void>

/** Creates a settling; `settleEnded` reports whether it settled the campaign. */
export function createSettling(
  settleEnded: (voucherId: number) => Promise<boolean>,
  logger: Logger,
  now: () => number = () => performance.now(),
): Settling {
  const nextAt = new Map<number, number>()
  return async ({ voucherId, state }) => {
    if (state !== 'CLOSED' || now() < (nextAt.get(voucherId) ?? 0)) return
    nextAt.set(voucherId, now() + pauseMs)
    try {
      if (!(await settleEnded(voucherId))) return
      nextAt.delete(voucherId)
      logger.info({ voucherId }, 'the campaign is settled')
    } catch (error) {
      logger.warn({ voucherId, reason: reasonOf(error) }, 'the campaign could not be settled; trying again')
    }
  }
}
