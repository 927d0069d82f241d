import { type CircuitBreakerPolicy, isBrokenCircuitError } from 'cockatiel'
import type { DeliveryResult, LeasedDelivery, RecordedAttempt } from 'seckill-store/mysql'
import { type Channel, MessageRefused } from '../channels/channel.js'
import type { Breakers } from './breakers.js'
import type { Compose } from './compose.js'
import { problemOf } from './problem-of.js'
import { afterFailure, type RetryPolicy } from './retry-policy.js'

/** What one attempt works with. */
export interface DeliverParts {
  readonly channel: Channel
  readonly breakers: Breakers
  readonly compose: Compose
  readonly policy: RetryPolicy
  readonly sendTimeoutMs: number
}

/** Makes one attempt of each delivery at the same time. The pauses of those that fail share one draw, so that one statement records them. */
export function deliverAll(
  parts: DeliverParts,
  deliveries: readonly LeasedDelivery[],
): Promise<readonly RecordedAttempt[]> {
  const drawn = Math.random()
  return Promise.all(
    deliveries.map(async (delivery) => {
      const result = await deliver(parts, delivery).then(
        (): DeliveryResult => ({ state: 'SENT' }),
        (error: unknown) => afterFailure(error, delivery, parts.policy, drawn),
      )
      return { notification: delivery.notification, result }
    }),
  )
}

async function deliver(parts: DeliverParts, delivery: LeasedDelivery): Promise<void> {
  const { channel, breakers, compose, sendTimeoutMs } = parts
  const destination = channel.destinationOf(delivery.recipient)
  if (destination === undefined) throw new MessageRefused('the user has no address for this channel any more')
  const message = compose(delivery)
  const breaker = breakers.of(destination)
  await breaker
    .execute(() => channel.send(message, AbortSignal.timeout(sendTimeoutMs)))
    .catch((error: unknown) => {
      throw isBrokenCircuitError(error) ? leftAlone(destination, breaker) : error
    })
}

/** The error of a message that was not sent, since its server has failed several times in a row. */
function leftAlone(destination: string, { lastFailure }: CircuitBreakerPolicy): Error {
  const last = lastFailure !== undefined && 'error' in lastFailure ? problemOf(lastFailure.error) : 'it failed'
  return new Error(`${destination} is left alone for a while: ${last}`)
}
