import { type RequestHandler, Router } from 'express'
import { principalOf } from '../../auth/authenticate.js'
import { answered } from '../../http/answered.js'
import { sendData } from '../../http/envelope.js'
import { methodNotAllowed } from '../../http/error-handler.js'
import type { LiveFeed } from './live-feed.js'
import type { LiveSale } from './live-sale.js'

/**
 * `GET /live`: all campaigns, requests and runs now. `GET /live/events`: the same as Server-Sent Events, once a second; all streams of a
 * process share one computation.
 */
export function liveRoutes({ live }: { readonly live: LiveFeed<LiveSale> }): Router {
  const now: RequestHandler = async (_request, response) => {
    sendData(response, await answered(live.current()))
  }
  const events: RequestHandler = (request, response) => {
    if (request.method === 'HEAD') return void response.type('text/event-stream').end()
    live.stream(response, principalOf(response).expiresAt)
  }
  return Router()
    .get('/live', now)
    .get('/live/events', events)
    .all(['/live', '/live/events'], methodNotAllowed('GET, HEAD'))
}
