import type { RequestHandler } from 'express'
import type { Protection } from './protection.js'

/** A callback carries the provider's signature and comes from few addresses; probes come from one. */
const unlimited = /^\/(?:webhooks\/|(?:health|ready|metrics)$)/

/** Limits the requests of an address other than purchases, which the purchase listener lets in. */
export function limitRequests(protection: Pick<Protection, 'enterOther'>): RequestHandler {
  return (request, _response, next) => {
    if (!unlimited.test(request.path)) protection.enterOther(request)
    next()
  }
}
