import type { Logger } from 'pino'
import { type DeliveryLease, type DeliveryResult, notificationId, type RecordedAttempt } from 'seckill-store/mysql'
import type { Channel } from '../channels/channel.js'
import type { Work } from '../loop.js'

/** What the work of a channel is made of. */
export interface ChannelWorkParts {
  readonly channel: Channel
  lease(limit: number): Promise<DeliveryLease>
  deliverAll(deliveries: DeliveryLease['deliveries']): Promise<readonly RecordedAttempt[]>
  record(lease: DeliveryLease, attempts: readonly RecordedAttempt[]): Promise<number>
  onResult(state: DeliveryResult['state']): void
  readonly logger: Logger
}

/** Batches of a channel that are on their way at the same time: a slow receiver holds up one of them. */
const batchesAtOnce = 2

/** Creates the work of a channel: it leases a batch of due deliveries and sends it beside the one before. */
export function createChannelWork(parts: ChannelWorkParts): Work {
  const { channel, lease, logger } = parts
  const limit = Math.ceil(channel.atOnce / batchesAtOnce)
  const underWay = new Set<Promise<void>>()
  return {
    async round() {
      if (underWay.size >= batchesAtOnce) await Promise.race(underWay)
      const leased = await lease(limit)
      if (leased.deliveries.length === 0) return false
      const sending = send(parts, leased)
        .catch((err: unknown) => {
          const facts = { channel: channel.name, deliveries: leased.deliveries.length, err }
          logger.warn(facts, 'results could not be recorded; these messages are sent again under the same ids')
        })
        .finally(() => underWay.delete(sending))
      underWay.add(sending)
      return leased.deliveries.length === limit
    },
    async end() {
      await Promise.all(underWay)
    },
  }
}

async function send(parts: ChannelWorkParts, lease: DeliveryLease): Promise<void> {
  const attempts = await parts.deliverAll(lease.deliveries)
  await parts.record(lease, attempts)
  for (const { notification, result } of attempts) {
    parts.onResult(result.state)
    if (result.state === 'DEAD') {
      const facts = { channel: lease.channel, notificationId: notificationId(notification), problem: result.problem }
      parts.logger.error(facts, 'a message is given up; send it again with ./seckill notifications send-again')
    }
  }
}
