import { createHmac } from 'node:crypto'
import { createCardProvider } from '../../src/card/index.js'
import type { CallbackRequest } from '../../src/index.js'
import { hastyMs, type ProviderUnderTest } from '../conformance.js'
import { apiKey, startRecordedServer } from './recorded-server.js'
import { readEvent } from './recordings.js'

/** The time of the recordings. */
const now = 1_796_000_000_000
const webhookSecret = 'whsec_of_the_recorded_provider'

/** The recorded provider, and requests to it beside the conformance suite. */
export interface CardUnderTest extends ProviderUnderTest {
  /** A recorded event about a payment, signed now. */
  event(name: string, payment: string): CallbackRequest
}

/** Starts the recorded card provider. */
export async function startCard(): Promise<CardUnderTest> {
  const server = await startRecordedServer()
  const options = { url: server.url, apiKey, webhookSecrets: ['whsec_next', webhookSecret], now: () => now }
  return {
    provider: createCardProvider({ ...options, timeoutMs: 15_000 }),
    hasty: createCardProvider({ ...options, timeoutMs: hastyMs }),
    now,
    begin: async (scenario) => server.begin(scenario),
    end: async () => server.end(),
    // The recording has what the provider does and what the payer did.
    behave: async () => {},
    pay: async () => {},
    async manyPayments() {
      return { ids: ['list-1', 'list-2', 'list-3'], createdFrom: now - 999, createdBefore: now + 3_600_000 }
    },
    captureCallback: async ({ paymentId }) => signed(readEvent('completed', paymentId), now),
    signed,
    event: (name, payment) => signed(readEvent(name, payment), now),
    ofNoInterest: readEvent('charge-updated', 'callback'),
    stop: () => server.close(),
  }
}

function signed(body: string | Buffer, signedAt: number): CallbackRequest {
  const seconds = Math.floor(signedAt / 1_000)
  const signature = createHmac('sha256', webhookSecret).update(`${seconds}.${body}`).digest('hex')
  return { headers: { 'stripe-signature': `t=${seconds},v1=${signature},v0=of-a-test` }, body: Buffer.from(body) }
}
