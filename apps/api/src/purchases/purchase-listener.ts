import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import express from 'express'
import type { Logger } from 'pino'
import type { RequestResult } from 'seckill-store/mysql'
import type { Identify } from '../auth/authenticate.js'
import { ApiError } from '../http/api-error.js'
import { type FlatHeaders, sendError, sendText } from '../http/envelope.js'
import { ErrorCodes } from '../http/error-codes.js'
import { logFault, toApiError } from '../http/error-handler.js'
import { dataHeaderPairs } from '../http/harden.js'
import { type LoggedRequest, logWhenClosed, requestIdOf } from '../http/request-log.js'
import type { PurchaseMetrics } from '../observe/metrics.js'
import type { Durability } from '../observe/redis-durability.js'
import type { Protection } from '../protection/protection.js'
import type { Accepted, Admit, PurchaseRequest } from './admission.js'
import type { CampaignBook } from './campaign-book.js'
import { atEndOfTurn } from './end-of-turn.js'
import { readPurchase } from './purchase-request.js'
import { queuedText } from './queued-text.js'
import { resultOfError } from './result.js'
import { createSlots } from './slots.js'
import type { SoldOutMemory } from './sold-out-memory.js'
import type { Tallies } from './tallies.js'

/** Case-insensitive and with or without a trailing slash, as in Express's router; the voucher id is decoded later. */
const purchasePath = /^\/api\/v1\/vouchers\/([^/?#]+)\/purchases\/?(?:[?#]|$)/i
const soldOut = new ApiError('SOLD_OUT')

export interface PurchaseListenerDependencies {
  readonly protection: Protection
  readonly identify: Identify
  readonly soldOutMemory: SoldOutMemory
  readonly admit: Admit
  readonly durability: () => Durability
  readonly campaigns: CampaignBook
  readonly tallies: Pick<Tallies, 'count'>
  readonly metrics: PurchaseMetrics
  /** Limit of purchases at the gate at a time; one more is answered 429. */
  readonly maxInFlight: number
  /** Called once a purchase is answered as accepted; undefined where nothing is traced. */
  readonly onAccepted: ((purchase: AcceptedRequest, voucherId: number, accepted: Accepted) => void) | undefined
  readonly logger: Logger
}

/** The request of an accepted purchase. */
type AcceptedRequest = Pick<Purchase, 'request' | 'startedAt'>

/** A purchase request and its response. */
interface Purchase extends LoggedRequest {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** The voucher id as in the path, percent-encoded. */
  readonly voucher: string
  /** The address of the client, where it is known. */
  address: string | undefined
  /** The traceId of the purchase, once it is accepted. */
  traceId: string | undefined
}

/**
 * Serves `POST /api/v1/vouchers/:voucherId/purchases` in front of Express, which gets every other request.
 *
 * While no unit is left, a newcomer with a valid token is answered SOLD_OUT before the body is read. A buyer and a
 * request with an Idempotency-Key are always decided by the gate. A slot is taken once the body has arrived, so that a
 * slow client holds none.
 */
export function purchaseListener(dependencies: PurchaseListenerDependencies, app: RequestListener): RequestListener {
  const { protection, identify, admit, logger } = dependencies
  const slots = createSlots(dependencies.maxInFlight)
  const sendSoldOut = atEndOfTurn((purchase: Purchase) => saySoldOut(dependencies, purchase))

  const decide = async (asked: PurchaseRequest): Promise<Accepted> => {
    const giveBack = slots.take(asked.userId)
    if (giveBack === undefined) throw new ApiError('TOO_MANY_REQUESTS', { retryAfterMs: 1_000 })
    return admit(asked).finally(giveBack)
  }

  const serve = async (purchase: Purchase): Promise<void> => {
    try {
      const { request, response, voucher } = purchase
      purchase.address = protection.enter(request)
      const principal = identify(request)
      const { userId } = principal instanceof Promise ? await principal : principal
      protection.admitUser({ userId, address: purchase.address, request })
      protection.requireToken(request, { userId, voucherId: Number(decodeURIComponent(voucher)) })
      if (isSoldOut(dependencies, purchase, userId)) return sendSoldOut(purchase)
      const asked = await readPurchase(userId, decodeURIComponent(voucher), request, response)
      sendQueued(dependencies, purchase, asked.voucherId, await decide(asked))
    } catch (error) {
      refuse(dependencies, purchase, error)
    }
  }

  return (request, response) => {
    const voucher = request.method === 'POST' ? purchasePath.exec(pathOf(request))?.[1] : undefined
    if (voucher === undefined) return app(request, response)
    const { url } = request
    const startedAt = performance.now()
    const requestId = requestIdOf(request)
    const unknown = { address: undefined, traceId: undefined }
    const purchase = { request, response, voucher, url, requestId, startedAt, ...unknown }
    if (logger.isLevelEnabled('debug')) logWhenClosed(logger, response, purchase)
    void serve(purchase)
  }
}

/** The path of the target; Express parses one in absolute form. */
function pathOf(request: IncomingMessage): string {
  const target = request.url ?? ''
  return target.startsWith('/') ? target : (Reflect.get(express.request, 'path', request) ?? '')
}

/** Reports whether the sold-out memory answers a user with a verified token: the answer tells buyers apart. */
function isSoldOut(
  { soldOutMemory }: PurchaseListenerDependencies,
  { voucher, request }: Purchase,
  userId: number,
): boolean {
  const voucherId = Number(voucher)
  if (request.headers['idempotency-key'] !== undefined || String(voucherId) !== voucher) return false
  return soldOutMemory.remembers(voucherId, 1, userId)
}

function saySoldOut({ tallies, metrics }: PurchaseListenerDependencies, purchase: Purchase): void {
  sendError(purchase.response, soldOut, headersOf(purchase))
  tallies.count(Number(purchase.voucher), 'soldOut')
  metrics.soldOutFirst()
}

function sendQueued(
  { durability, tallies, metrics, onAccepted }: PurchaseListenerDependencies,
  purchase: Purchase,
  voucherId: number,
  accepted: Accepted,
): void {
  const { request, response, startedAt } = purchase
  purchase.traceId = accepted.traceId
  const headers = [...headersOf(purchase), 'Location', `/api/v1/purchases/${accepted.traceId}`]
  sendText(response, 202, queuedText(request, accepted, durability()), headers)
  const result = accepted.replayed ? 'duplicate' : 'accepted'
  tallies.count(voucherId, result)
  metrics.answered(result, performance.now() - startedAt)
  onAccepted?.(purchase, voucherId, accepted)
}

/** Results that only the gate gives, which proves that the campaign exists. */
const gateResults: ReadonlySet<RequestResult> = new Set(['soldOut', 'duplicate'])

/** Answers a refused purchase, and counts it when its campaign exists. */
function refuse(
  { protection, campaigns, tallies, metrics, logger }: PurchaseListenerDependencies,
  purchase: Purchase,
  cause: unknown,
): void {
  const error = toApiError(cause)
  protection.failed(purchase.address, error.code)
  const result = resultOfError(error.code)
  const voucherId = Number(purchase.voucher)
  if (gateResults.has(result) || campaigns.last(voucherId) !== undefined) tallies.count(voucherId, result)
  metrics.answered(result, performance.now() - purchase.startedAt)
  logFault(logger, purchase.requestId, error)
  const isLogged = logger.isLevelEnabled('debug')
  if (ErrorCodes[error.code].status >= 500 && !isLogged) logWhenClosed(logger, purchase.response, purchase)
  sendError(purchase.response, error, headersOf(purchase))
}

function headersOf({ requestId }: Pick<Purchase, 'requestId'>): FlatHeaders {
  return ['X-Request-Id', requestId, ...dataHeaderPairs]
}
