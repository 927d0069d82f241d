import express, { type RequestHandler } from 'express'
import { ApiError } from './api-error.js'

const LIMIT = '4kb'
const parse = express.json({ limit: LIMIT, type: 'application/json', strict: true })

const hasBody = (headers: NodeJS.Dict<string | string[]>): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/** Reads a JSON body of at most 4 KB; no body is an empty object, another content type is refused. */
export const jsonBody: RequestHandler = (request, response, next) => {
  if (!hasBody(request.headers)) {
    request.body = {}
    return next()
  }
  if (!request.is('application/json')) throw new ApiError('UNSUPPORTED_MEDIA_TYPE')
  parse(request, response, (error?: unknown) => {
    if (error === undefined) request.body ??= {}
    next(error)
  })
}
