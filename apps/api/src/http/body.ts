import type { IncomingMessage, ServerResponse } from 'node:http'
import express, { type NextFunction, type Request, type Response } from 'express'
import { ApiError } from './api-error.js'

const limitBytes = 4_096
const parseAny = express.json({ limit: limitBytes, type: 'application/json', strict: true })
const plainJson = /^application\/json(?:; ?charset=utf-8)?$/i

/**
 * Reads a JSON body of at most 4 KB, an object or an array; a missing body is an empty object.
 *
 * @throws ApiError UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, INVALID_JSON; INVALID_REQUEST when it ends early @throws
 * HttpError of body-parser when it cannot read the body
 */
export function readJson(request: IncomingMessage, response: ServerResponse): object | Promise<unknown> {
  const { headers } = request
  if (headers['transfer-encoding'] !== undefined) return readAny(request, response)
  const bytes = Number(headers['content-length'] ?? 0)
  if (bytes === 0) return {}
  const isPlain = headers['content-encoding'] === undefined && plainJson.test(headers['content-type'] ?? '')
  return isPlain && bytes <= limitBytes ? readPlain(request, bytes) : readAny(request, response)
}

/** Middleware that sets `request.body`; see {@link readJson}. */
export async function jsonBody(request: Request, response: Response, next: NextFunction): Promise<void> {
  request.body = await readJson(request, response)
  next()
}

/** Reads a body of any content or transfer encoding with Express's parser, which skips a body of another media type. */
function readAny(request: IncomingMessage & { body?: unknown }, response: ServerResponse): Promise<unknown> {
  return new Promise((resolve, reject) => {
    parseAny(request as never, response as never, (error?: unknown) => {
      if (error !== undefined) reject(isBroken(error) ? new ApiError('INVALID_REQUEST', { cause: error }) : error)
      else if (request.body === undefined) reject(new ApiError('UNSUPPORTED_MEDIA_TYPE'))
      else resolve(request.body)
    })
  })
}

/** Reports whether zlib could not decompress the body; body-parser passes zlib's errors on without a status. */
function isBroken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
}

/** Reads UTF-8 of a known length; the promise resolves with its last byte, which mostly arrives with the head. */
function readPlain(request: IncomingMessage, bytes: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let missing = bytes
    const endEarly = (): void => {
      if (missing > 0)
        reject(new ApiError('INVALID_REQUEST', { cause: new Error('The body ended before its Content-Length.') }))
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

const byteOrderMark = '\ufeff'

function parsed(text: string): object {
  const value = json(text.startsWith(byteOrderMark) ? text.slice(1) : text)
  if (typeof value === 'object' && value !== null) return value
  throw new ApiError('INVALID_JSON', { cause: new Error('The body is neither an object nor an array.') })
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ApiError('INVALID_JSON', { cause })
  }
}
