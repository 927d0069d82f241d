import type { Router } from 'express'
import { principalOf } from '../../auth/authenticate.js'
import { answered } from '../../http/answered.js'
import { routes } from '../../http/routes.js'
import type { LiveFeed } from './live-feed.js'
import { liveOperations } from './live-operations.js'
import type { LiveSale } from './live-sale.js'

/** Shows the sale as it goes on; all streams of a process share one computation. */
export function liveRoutes({ live }: { readonly live: LiveFeed<LiveSale> }): Router {
  return routes(liveOperations)({
    async showLive() {
      return { status: 200, data: await answered(live.current()) }
    },
    followLive({ request, response }) {
      if (request.method === 'HEAD') return { status: 200, text: '' }
      live.stream(response, principalOf(response).expiresAt)
      return undefined
    },
  })
}
