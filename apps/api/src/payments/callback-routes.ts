import type { IncomingHttpHeaders } from 'node:http'
import express, { type Router } from 'express'
import { dataHeaders } from '../http/harden.js'
import { routes } from '../http/routes.js'
import { callbackOperations } from './payment-operations.js'
import type { ReceiveCallback } from './receive-callback.js'

/** The signature is of the bytes as they came, so that they are neither inflated nor decoded. */
const rawBody = express.raw({ limit: 65_536, type: () => true, inflate: false })

/** Takes the provider's callbacks; each is answered once it is committed. */
export function callbackRoutes({ receiveCallback }: { readonly receiveCallback: ReceiveCallback }): Router {
  return routes(callbackOperations, { before: [dataHeaders, rawBody] })({
    async receiveCallback({ request }) {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      await receiveCallback({ headers: singleHeaders(request.headers), body })
      return { status: 204 }
    },
  })
}

function singleHeaders(headers: IncomingHttpHeaders): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
}
