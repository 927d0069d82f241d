import { closed, requested } from '../answers.js'
import { createCalls } from '../calls/calls.js'
import type { PaymentProvider } from '../port.js'
import { createCallbackReader } from './callback.js'
import { createCardApi } from './card-api.js'
import { createRefunds } from './refunds.js'
import { readPage } from './session-list.js'
import { createSessions } from './sessions.js'

/** What the card provider is reached with. */
export interface CardOptions {
  /** The origin of its API; by default the provider's own. */
  readonly url?: string
  readonly apiKey: string
  /** The secret that its events are signed with, or two while it is rotated. */
  readonly webhookSecrets: readonly string[]
  /** The time that each request has to be answered, in milliseconds. */
  readonly timeoutMs: number
  /** The clock that the age of an event and of a key is told by, in epoch milliseconds. */
  readonly now?: () => number
}

const name = 'card'
/** The version of the API that the requests and the schemas are written for. */
const apiVersion = '2024-10-28.acacia'

/**
 * Creates the port to a card provider with Stripe's API: a payment is a Checkout Session, which Stripe's page takes the payer through.
 *
 * Its limits: an answer of status 500 to a POST stays the answer to its key for a day, and a payment of which the sale does not know the
 * provider's id is looked for through the list of sessions.
 *
 * @example
 * const provider = createCardProvider({ apiKey: 'sk_test_…', webhookSecrets: ['whsec_…'], timeoutMs: 10_000 })
 */
export function createCardProvider(options: CardOptions): PaymentProvider {
  const { url = 'https://api.stripe.com', apiKey, webhookSecrets, timeoutMs, now = Date.now } = options
  const headers = { authorization: `Bearer ${apiKey}`, 'stripe-version': apiVersion }
  // 409: another request with the same key is under way.
  const calls = createCalls({ provider: name, url: url.replace(/\/$/, ''), headers, timeoutMs, unanswered: [409] })
  const api = createCardApi(calls)
  const sessions = createSessions(api, now)
  const refunds = createRefunds(api, sessions)
  return {
    name,
    circuit: calls.circuit,
    create: async (request, signal) => requested(await sessions.createOrFind(request, signal), request),
    async close(request, signal) {
      const id = request.providerPaymentId ?? (await sessions.createOrFind(request, signal)).id
      return closed(await sessions.expire(id, signal))
    },
    find: sessions.find,
    list: (page, signal) => readPage(api, page, signal),
    refund: refunds.request,
    findRefund: refunds.find,
    readCallback: createCallbackReader(webhookSecrets, now),
  }
}
