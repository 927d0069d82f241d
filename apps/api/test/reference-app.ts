import express, { type Express } from 'express'
import { pino } from 'pino'
import { authenticate, createIdentify, principalOf } from '../src/auth/authenticate.js'
import { sessionCookies } from '../src/auth/credential.js'
import { ApiError } from '../src/http/api-error.js'
import { errorHandler, notFoundHandler } from '../src/http/error-handler.js'
import { harden } from '../src/http/harden.js'
import { requestLog } from '../src/http/request-log.js'
import { validated, voucherParams } from '../src/http/validate.js'
import { idempotencyKey, purchaseBody } from '../src/purchases/purchase-request.js'
import { verifyToken } from './listener-under-test.js'

/** Express with the purchase route, Express's own body parser and no shortcut; a 202 has the purchase that it read. */
export function referenceApp(): Express {
  const logger = pino({ level: 'silent' })
  const app = express()
  harden(app)
  app.use(requestLog(logger))
  const parse = express.json({ limit: 4_096, type: 'application/json' })
  app.post(
    '/api/v1/vouchers/:voucherId/purchases',
    authenticate(createIdentify(verifyToken, sessionCookies.shop)),
    parse,
    (request, response) => {
      const hasBody = Number(request.headers['content-length'] ?? 0) > 0 || 'transfer-encoding' in request.headers
      if (hasBody && request.body === undefined) throw new ApiError('UNSUPPORTED_MEDIA_TYPE')
      const { voucherId } = validated(voucherParams, request.params, '')
      const { quantity } = validated(purchaseBody, request.body ?? {}, 'body')
      const key = validated(idempotencyKey.optional(), request.headers['idempotency-key'], 'Idempotency-Key')
      response.status(202).json({ voucherId, userId: principalOf(response).userId, quantity, idempotencyKey: key })
    },
  )
  app.use(notFoundHandler)
  app.use(errorHandler(logger))
  return app
}
