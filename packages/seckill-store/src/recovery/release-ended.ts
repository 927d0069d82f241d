import type { Kysely } from 'kysely'
import { gateKeys } from '../gate/keys.js'
import type { GateRedis } from '../gate/scripts.js'
import type { Gate } from '../gate/types.js'
import type { Database } from '../mysql/index.js'
import { endedStates, purchasePages } from './purchases.js'

const releasesPerCall = 500

/**
 * Makes the releases again that a reopening owes: Redis may have lost those of purchases that MySQL says ended. A hold that is
 * released already changes nothing.
 */
export async function releaseEnded(
  { redis, gate, db }: { readonly redis: GateRedis; readonly gate: Gate; readonly db: Kysely<Database> },
  voucherId: number,
): Promise<void> {
  const { campaign } = gateKeys(voucherId)
  const owed = await redis.hget(campaign, 'replay')
  if (owed === null) return
  for await (const page of purchasePages(db, voucherId, endedStates)) {
    for (let i = 0; i < page.length; i += releasesPerCall) {
      const lanes = page.slice(i, i + releasesPerCall)
      await gate.release(
        voucherId,
        lanes.map(({ reservationId, reason, state }) => ({ reservationId, reason: reason ?? state })),
      )
    }
  }
  await redis.seckillReleased(campaign, owed)
}
