import type { IncomingHttpHeaders } from 'node:http'
import express, { type RequestHandler, Router } from 'express'
import { methodNotAllowed } from '../http/error-handler.js'
import { dataHeaders } from '../http/harden.js'
import type { ReceiveCallback } from './receive-callback.js'

const path = '/webhooks/payments'

/** The signature is of the bytes as they came, so that they are neither inflated nor decoded. */
const rawBody = express.raw({ limit: 65_536, type: () => true, inflate: false })

/** `POST /webhooks/payments`: the provider's signed callbacks, answered 204 once they are committed. */
export function callbackRoutes({ receiveCallback }: { readonly receiveCallback: ReceiveCallback }): Router {
  const receive: RequestHandler = async (request, response) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    await receiveCallback({ headers: singleHeaders(request.headers), body })
    response.writeHead(204).end()
  }
  return Router().post(path, dataHeaders, rawBody, receive).all(path, methodNotAllowed('POST'))
}

function singleHeaders(headers: IncomingHttpHeaders): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
}
