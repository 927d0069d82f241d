import type { RequestHandler } from 'express'
import { ApiError } from './api-error.js'

/** Refuses requests beyond `limit` that are worked on at the same time. */
export function limitInFlight(limit: number): RequestHandler {
  let inFlight = 0
  return (_request, response, next) => {
    if (inFlight >= limit) throw new ApiError('BUSY')
    inFlight += 1
    response.once('close', () => {
      inFlight -= 1
    })
    next()
  }
}
