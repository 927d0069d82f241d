import { createHash, timingSafeEqual } from 'node:crypto'
import type { RequestHandler } from 'express'
import { ApiError } from './api-error.js'

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** Lets requests with a bearer key pass; the time of the comparison does not depend on the keys. */
export function requireBearer(key: string): RequestHandler {
  const wanted = digest(key)
  return (request, _response, next) => {
    const given = /^Bearer ([\x21-\x7e]+)$/i.exec(request.get('Authorization') ?? '')?.[1]
    if (given === undefined || !timingSafeEqual(digest(given), wanted)) throw new ApiError('UNAUTHENTICATED')
    next()
  }
}
