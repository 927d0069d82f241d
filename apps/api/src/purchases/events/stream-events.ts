import type { RequestHandler } from 'express'
import { principalOf } from '../../auth/authenticate.js'
import type { ReadPurchaseStatus } from '../purchase-status.js'
import { isFinal } from '../purchase-view.js'
import { type TracePath, traceOf } from '../trace-path.js'
import type { EventStreams } from './event-streams.js'
import { eventIdOf } from './frames.js'

/** An authorization is not older than this when a stream has to be opened again. */
const longestStreamMs = 3_600_000

/**
 * `GET /purchases/:traceId/events`: the status now and each change of it as Server-Sent Events, until a final one. 204, which tells an
 * EventSource to stop, where Last-Event-ID says that the client has the final one.
 *
 * @throws ApiError as {@link ReadPurchaseStatus} and {@link EventStreams.reserve} do
 */
export function streamEvents(streams: EventStreams, status: ReadPurchaseStatus): RequestHandler<TracePath> {
  return async (request, response) => {
    const purchase = traceOf(request)
    const { userId, expiresAt } = principalOf(response)
    const giveBack = streams.reserve(userId)
    const view = await status(purchase.traceId, purchase.voucherId, userId).catch((error: unknown): never => {
      giveBack()
      throw error
    })
    const lastEventId = request.get('last-event-id')
    if (isFinal(view) && eventIdOf(view) === lastEventId) {
      giveBack()
      response.status(204).end()
      return
    }
    const until = Math.min(expiresAt, Date.now() + longestStreamMs)
    streams.open(response, { purchase, view, lastEventId, until }, giveBack)
  }
}
