import type { Logger } from 'pino'
import {
  type claimDeliveries,
  type DeliveryClaim,
  type DeliveryResult,
  notificationId,
  type recordDeliveries,
} from 'seckill-store/mysql'
import type { Channel } from '../channels/channel.js'
import type { Work } from '../loop.js'

/** What the work of a channel is made of. */
export interface ChannelWorkParts {
  readonly channel: Channel
  claim(limit: number): ReturnType<typeof claimDeliveries>
  deliverAll(deliveries: DeliveryClaim['deliveries']): Promise<readonly DeliveryResult[]>
  record(claim: DeliveryClaim, attempts: Parameters<typeof recordDeliveries>[2]): ReturnType<typeof recordDeliveries>
  onResult(state: DeliveryResult['state']): void
  readonly logger: Logger
}

/** Batches of a channel that are on their way at the same time: a slow receiver holds up one of them. */
const batchesAtOnce = 2

/** Creates the work of a channel: it claims a batch of due deliveries and sends it beside the one before. */
export function createChannelWork(parts: ChannelWorkParts): Work {
  const { channel, claim, logger } = parts
  const limit = Math.ceil(channel.atOnce / batchesAtOnce)
  const underWay = new Set<Promise<void>>()
  return {
    async round() {
      if (underWay.size >= batchesAtOnce) await Promise.race(underWay)
      const claimed = await claim(limit)
      if (claimed.deliveries.length === 0) return false
      const sending = send(parts, claimed)
        .catch((err: unknown) => {
          const facts = { channel: channel.name, deliveries: claimed.deliveries.length, err }
          logger.warn(facts, 'results could not be recorded; these messages are sent again under the same ids')
        })
        .finally(() => underWay.delete(sending))
      underWay.add(sending)
      return claimed.deliveries.length === limit
    },
    async end() {
      await Promise.all(underWay)
    },
  }
}

async function send(parts: ChannelWorkParts, claim: DeliveryClaim): Promise<void> {
  const results = await parts.deliverAll(claim.deliveries)
  const attempts = claim.deliveries.flatMap(({ notification }, index) => {
    const result = results[index]
    return result === undefined ? [] : [{ notification, result }]
  })
  await parts.record(claim, attempts)
  for (const { notification, result } of attempts) {
    parts.onResult(result.state)
    if (result.state === 'DEAD') {
      const facts = { channel: claim.channel, notificationId: notificationId(notification), problem: result.problem }
      parts.logger.error(facts, 'a message is given up; send it again with ./seckill notifications send-again')
    }
  }
}
