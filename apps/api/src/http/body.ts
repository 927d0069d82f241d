import type { IncomingMessage, ServerResponse } from 'node:http'
import express, { type NextFunction, type Request, type Response } from 'express'
import { ApiError } from './api-error.js'

const LIMIT_BYTES = 4_096
const parseAny = express.json({ limit: LIMIT_BYTES, type: 'application/json', strict: true })
const PLAIN_JSON = /^application\/json(?:; ?charset=utf-8)?$/i

/**
 * Reads a JSON body of at most 4 KB, an object or an array; no body is an empty object.
 *
 * @throws ApiError UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, INVALID_JSON; INVALID_REQUEST when it ends early
 * @throws what body-parser says of a body it cannot read
 */
export function readJson(request: IncomingMessage, response: ServerResponse): object | Promise<unknown> {
  const { headers } = request
  if (headers['transfer-encoding'] !== undefined) return readAny(request, response)
  const bytes = Number(headers['content-length'] ?? 0)
  if (bytes === 0) return {}
  const isPlain = headers['content-encoding'] === undefined && PLAIN_JSON.test(headers['content-type'] ?? '')
  return isPlain && bytes <= LIMIT_BYTES ? readPlain(request, bytes) : readAny(request, response)
}

/** Reads the body of a request for the routes of Express; see {@link readJson}. */
export async function jsonBody(request: Request, response: Response, next: NextFunction): Promise<void> {
  request.body = await readJson(request, response)
  next()
}

/** Whatever its encoding and however it is sent. Express's parser leaves a body of another type alone. */
function readAny(request: IncomingMessage & { body?: unknown }, response: ServerResponse): Promise<unknown> {
  return new Promise((resolve, reject) => {
    parseAny(request as never, response as never, (error?: unknown) => {
      if (error !== undefined) reject(error)
      else if (request.body === undefined) reject(new ApiError('UNSUPPORTED_MEDIA_TYPE'))
      else resolve(request.body)
    })
  })
}

/** UTF-8 of a known length: read as soon as its last byte is here, which is mostly with the head. */
function readPlain(request: IncomingMessage, bytes: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let missing = bytes
    const endEarly = (): void => {
      if (missing > 0) reject(new ApiError('INVALID_REQUEST', { cause: new Error('the body ended early') }))
    }
    request.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      missing -= chunk.length
      if (missing > 0) return
      try {
        resolve(parsed((chunks.length === 1 ? chunk : Buffer.concat(chunks)).toString()))
      } catch (error) {
        reject(error)
      }
    })
    request.once('close', endEarly)
    if (request.destroyed) endEarly()
  })
}

const BYTE_ORDER_MARK = '\ufeff'

function parsed(text: string): object {
  const value = json(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text)
  if (typeof value === 'object' && value !== null) return value
  throw new ApiError('INVALID_JSON', { cause: new Error('neither an object nor an array') })
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ApiError('INVALID_JSON', { cause })
  }
}
