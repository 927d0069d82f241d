import { type ErrorRequestHandler, type Request, type RequestHandler, Router } from 'express'
import { parseReservationId } from 'seckill-store/gate'
import type { RequestResult } from 'seckill-store/mysql'
import { z } from 'zod'
import { principalOf } from '../auth/authenticate.js'
import { ApiError } from '../http/api-error.js'
import { jsonBody } from '../http/body.js'
import { type Message, sendData } from '../http/envelope.js'
import { methodNotAllowed, toApiError } from '../http/error-handler.js'
import { dataHeaders } from '../http/harden.js'
import { validated, voucherIdOf } from '../http/validate.js'
import type { PurchaseMetrics } from '../observe/metrics.js'
import type { Admit } from './admission.js'
import type { CampaignBook } from './campaign-book.js'
import type { Durability } from './durability.js'
import type { ReadPurchaseStatus } from './purchase-status.js'
import { resultOfError } from './result.js'
import type { Tallies } from './tallies.js'

const MOST_UNITS = 100
const QUEUED: Message = { 'zh-CN': '排队中，请稍后查询结果', en: 'Queued; ask for the result shortly' }

const purchaseBody = z.strictObject({ quantity: z.number().int().min(1).max(MOST_UNITS).default(1) })
const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 visible ASCII characters')
  .optional()

export interface PurchaseRouteDependencies {
  readonly authenticate: RequestHandler
  readonly admit: Admit
  readonly status: ReadPurchaseStatus
  readonly durability: () => Durability
  readonly campaigns: CampaignBook
  readonly tallies: Tallies
  readonly metrics: PurchaseMetrics
  readonly maxInFlight: number
}

const purchaseRequestOf = (request: Request, userId: number) => ({
  voucherId: voucherIdOf(request),
  userId,
  quantity: validated(purchaseBody, request.body, 'body').quantity,
  idempotencyKey: validated(idempotencyKey, request.get('idempotency-key'), 'Idempotency-Key'),
})

/** Refuses what would be worked on beyond `most` at a time. */
const limitInFlight = (most: number): RequestHandler => {
  let inFlight = 0
  return (_request, response, next) => {
    if (inFlight >= most) throw new ApiError('TOO_MANY_REQUESTS', { retryAfterMs: 1_000 })
    inFlight += 1
    response.once('close', () => {
      inFlight -= 1
    })
    next()
  }
}

const startClock: RequestHandler = (_request, response, next) => {
  response.locals.startedAt = performance.now()
  next()
}

const elapsed = (startedAt: number): number => performance.now() - startedAt

const buy =
  ({ admit, durability, tallies, metrics }: PurchaseRouteDependencies): RequestHandler =>
  async (request, response) => {
    const asked = purchaseRequestOf(request, principalOf(response).userId)
    const { traceId, replayed } = await admit(asked)
    const result = replayed ? 'duplicate' : 'accepted'
    tallies.count(asked.voucherId, result)
    response.setHeader('Location', `/api/v1/purchases/${traceId}`)
    sendData(response, { traceId, status: 'QUEUED', durability: durability() }, { status: 202, message: QUEUED })
    metrics.answered(result, elapsed(response.locals.startedAt))
  }

/** Only the gate says these, so there is such a campaign. */
const GATE_RESULTS: ReadonlySet<RequestResult> = new Set(['soldOut', 'duplicate'])

/** Counts a refused request against its voucher, if there is such a campaign, and hands the error on. */
const countRefusal =
  ({ campaigns, tallies, metrics }: PurchaseRouteDependencies): ErrorRequestHandler =>
  (error: unknown, request, response, next) => {
    const { code } = toApiError(error)
    const result = resultOfError(code)
    const voucherId = Number(request.params.voucherId)
    if (GATE_RESULTS.has(result) || campaigns.knows(voucherId)) tallies.count(voucherId, result)
    metrics.answered(result, elapsed(response.locals.startedAt))
    next(error)
  }

const readStatus =
  ({ status }: PurchaseRouteDependencies): RequestHandler<{ traceId: string }> =>
  async (request, response) => {
    const { traceId } = request.params
    const parsed = parseReservationId(traceId)
    if (parsed === null) {
      throw new ApiError('INVALID_REQUEST', { data: { issues: [{ field: 'traceId', problem: 'is not a trace id' }] } })
    }
    sendData(response, await status(traceId, parsed.voucherId, principalOf(response).userId))
  }

/** `POST /vouchers/:voucherId/purchases` and `GET /purchases/:traceId`. */
export const purchaseRoutes = (dependencies: PurchaseRouteDependencies): Router => {
  const { authenticate, maxInFlight } = dependencies
  return Router()
    .post(
      '/vouchers/:voucherId/purchases',
      startClock,
      dataHeaders,
      limitInFlight(maxInFlight),
      authenticate,
      jsonBody,
      buy(dependencies),
      countRefusal(dependencies),
    )
    .all('/vouchers/:voucherId/purchases', methodNotAllowed('POST'))
    .get('/purchases/:traceId', dataHeaders, authenticate, readStatus(dependencies))
    .all('/purchases/:traceId', methodNotAllowed('GET, HEAD'))
}
