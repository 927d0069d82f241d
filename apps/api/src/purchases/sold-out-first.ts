import type { IncomingMessage, RequestListener } from 'node:http'
import { claimedUser } from '../auth/claimed-user.js'
import { ApiError } from '../http/api-error.js'
import { errorEnvelope, wantsProblem } from '../http/envelope.js'
import { ERROR_CODES, LANGUAGES } from '../http/error-codes.js'
import { rememberedLanguage } from '../http/language.js'
import { requestIdOf } from '../http/request-log.js'
import type { PurchaseMetrics } from '../observe/metrics.js'
import type { KnownBuyers } from './known-buyers.js'
import type { SoldOutLatch } from './sold-out-latch.js'
import type { Tallies } from './tallies.js'

const answerOf = (text: string) => ({ text, bytes: String(Buffer.byteLength(text)) })

const PURCHASE = /^\/api\/v1\/vouchers\/([1-9]\d{0,14})\/purchases$/
const SOLD_OUT = new ApiError('SOLD_OUT')
const { status } = ERROR_CODES.SOLD_OUT
/** Text, which Node writes together with the head; bytes would be a second piece. */
const ANSWERS = new Map(LANGUAGES.map((each) => [each, answerOf(JSON.stringify(errorEnvelope(SOLD_OUT, each)))]))

export interface SoldOutFirstDependencies {
  readonly latch: SoldOutLatch
  readonly buyers: KnownBuyers
  readonly tallies: Pick<Tallies, 'count'>
  readonly metrics: PurchaseMetrics
}

/**
 * Answers newcomers to a voucher of which not one unit is left, before Express sees them: what a rush mostly is. That it is sold out is
 * public, so neither token nor body is looked at any closer. Whoever may have bought, says it is a retry, or asks for another form of
 * answer goes on to the app.
 */
export const soldOutFirst = (dependencies: SoldOutFirstDependencies, app: RequestListener): RequestListener => {
  const { latch, tallies, metrics } = dependencies
  return (request, response) => {
    const voucherId = request.method === 'POST' ? Number(PURCHASE.exec(request.url ?? '')?.[1]) : Number.NaN
    const answer =
      latch.closed(voucherId, 1) && isNewcomer(dependencies, voucherId, request) ? answerFor(request) : undefined
    if (answer === undefined) return app(request, response)
    response.writeHead(status, [
      'Content-Type',
      'application/json; charset=utf-8',
      'Content-Length',
      answer.bytes,
      'X-Content-Type-Options',
      'nosniff',
      'X-Request-Id',
      requestIdOf(request),
    ])
    response.end(answer.text)
    tallies.count(voucherId, 'soldOut')
    metrics.soldOutFirst()
  }
}

const isNewcomer = ({ buyers }: SoldOutFirstDependencies, voucherId: number, { headers }: IncomingMessage): boolean => {
  if (headers['idempotency-key'] !== undefined) return false
  const userId = claimedUser(headers.authorization)
  return userId !== undefined && !buyers.has(voucherId, userId)
}

const answerFor = ({ headers }: IncomingMessage) => {
  const language = wantsProblem(headers) ? undefined : rememberedLanguage(headers['accept-language'])
  return language && ANSWERS.get(language)
}
