import { closed, requested } from '../answers.js'
import { createCalls } from '../calls/calls.js'
import { isRefusal } from '../errors.js'
import type { PaymentProvider, PaymentReference, PaymentRequest, ProviderPayment } from '../port.js'
import { createCallbackReader } from './callback.js'
import { createMerchantApi, type MerchantApi } from './merchant-api.js'

/** What the sandbox provider is reached with. */
export interface SandboxOptions {
  /** The origin of its API. */
  readonly url: string
  readonly apiKey: string
  /** The secret that its callbacks are signed with, or two while it is rotated. */
  readonly webhookSecrets: readonly string[]
  /** The address that it sends callbacks to. */
  readonly callbackUrl: string
  /** The time that each request has to be answered, in milliseconds. */
  readonly timeoutMs: number
  /** The clock that the age of a callback is told by, in epoch milliseconds. */
  readonly now?: () => number
}

const name = 'sandbox'

/**
 * Creates the port to the sandbox provider, apps/provider.
 *
 * @throws Error for a webhook secret that is not one of Standard Webhooks
 *
 * @example
 * const provider = createSandboxProvider({
 *   url: 'http://127.0.0.1:8090',
 *   apiKey: 'api-key-of-at-least-24-characters',
 *   webhookSecrets: ['whsec_c2VjcmV0IG9mIDI0IGJ5dGVzIG9yIG1vcmU='],
 *   callbackUrl: 'http://127.0.0.1:8080/webhooks/payments',
 *   timeoutMs: 3_000,
 * })
 */
export function createSandboxProvider(options: SandboxOptions): PaymentProvider {
  const { url, apiKey, webhookSecrets, callbackUrl, timeoutMs, now = Date.now } = options
  const headers = { authorization: `Bearer ${apiKey}` }
  const calls = createCalls({ provider: name, url: url.replace(/\/$/, ''), headers, timeoutMs })
  const api = createMerchantApi(calls)
  const create = (request: PaymentRequest, signal?: AbortSignal) => createOrFind(api, request, callbackUrl, signal)
  return {
    name,
    circuit: calls.circuit,
    create: async (request, signal) => requested(await create(request, signal), request),
    async close(request, signal) {
      const id = request.providerPaymentId ?? (await create(request, signal)).id
      return closed(await api.close(id, signal))
    },
    find: (payment, signal) => find(api, payment, signal),
    list: api.page,
    refund: api.refund,
    findRefund: api.refundById,
    readCallback: createCallbackReader(webhookSecrets, now),
  }
}

/** Creates a payment, or finds the one that has its key with other terms. */
async function createOrFind(
  api: MerchantApi,
  request: PaymentRequest,
  callbackUrl: string,
  signal: AbortSignal | undefined,
): Promise<ProviderPayment> {
  const { paymentId, amountMinor, currency, description, expiresAt, returnUrl } = request
  const texts = { description, returnUrl, callbackUrl }
  try {
    return await api.create(
      { merchantReference: paymentId, amount: amountMinor, currency, expiresAt, ...texts },
      signal,
    )
  } catch (error) {
    const known = isRefusal(error, 'KEY_REUSED') ? await find(api, request, signal) : undefined
    if (known === undefined) throw error
    return known
  }
}

async function find(
  api: MerchantApi,
  { paymentId, providerPaymentId }: PaymentReference,
  signal: AbortSignal | undefined,
): Promise<ProviderPayment | undefined> {
  if (providerPaymentId === null) return (await api.paymentsOf(paymentId, signal))[0]
  return api.payment(providerPaymentId, signal).catch((error: unknown) => {
    if (isRefusal(error, 'NOT_FOUND')) return undefined
    throw error
  })
}
