import { principalOf } from '../../auth/authenticate.js'
import type { Asked } from '../../http/routes.js'
import type { purchaseOperations } from '../purchase-operations.js'
import type { ReadPurchaseStatus } from '../purchase-status.js'
import { isFinal } from '../purchase-view.js'
import { eventIdOf } from './event-id.js'
import type { EventStreams } from './event-streams.js'

/** An authorization is not older than this when a stream has to be opened again. */
const longestStreamMs = 3_600_000

/**
 * Streams the status now and each change of it as Server-Sent Events, until a final one. 204, which tells an
 * EventSource to stop, where Last-Event-ID says that the client has the final one.
 *
 * @throws ApiError as {@link ReadPurchaseStatus} and {@link EventStreams.reserve} do
 */
export function streamEvents(streams: EventStreams, status: ReadPurchaseStatus) {
  return async ({ params, headers, response }: Asked<(typeof purchaseOperations)['followPurchase']>) => {
    const purchase = params.traceId
    const { userId, expiresAt } = principalOf(response)
    const giveBack = streams.reserve(userId)
    const view = await status(purchase.traceId, purchase.voucherId, userId).catch((error: unknown): never => {
      giveBack()
      throw error
    })
    const lastEventId = headers['Last-Event-ID']
    if (isFinal(view) && eventIdOf(view) === lastEventId) {
      giveBack()
      return { status: 204 } as const
    }
    const until = Math.min(expiresAt, Date.now() + longestStreamMs)
    streams.open(response, { purchase, view, lastEventId, until }, giveBack)
    return undefined
  }
}
