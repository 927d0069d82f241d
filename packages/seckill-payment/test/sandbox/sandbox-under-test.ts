import { Webhook } from 'standardwebhooks'
import { vi } from 'vitest'
import type { CallbackRequest, ProviderPayment } from '../../src/index.js'
import { createSandboxProvider } from '../../src/sandbox/index.js'
import { type Fault, hastyMs, type ProviderUnderTest, requestOf } from '../conformance.js'
import { startReceiver } from './callback-receiver.js'
import { apiKey, startProviderProcess, webhookSecret } from './provider-process.js'

/** More payments than one page of the sandbox has. */
const many = 501

const behaviourOf: Readonly<Record<Fault, Readonly<Record<string, number>>>> = {
  none: {},
  silent: { silentShare: 1, afterEffectShare: 1 },
  slow: { slowMs: 100 },
  'status 500': { error500Share: 1 },
  'status 429': { error429Share: 1 },
  pending: { capturePendingShare: 1, capturePendingMs: 3_000 },
  'refund fails once': { refundFailures: 1 },
}

/** Starts apps/provider and a receiver of its callbacks. */
export async function startSandbox(): Promise<ProviderUnderTest> {
  const [sandbox, receiver] = [await startProviderProcess(), await startReceiver()]
  const now = Math.floor(Date.now() / 1_000) * 1_000
  const webhookSecrets = [`whsec_${Buffer.from('the next secret, after a rotation').toString('base64')}`, webhookSecret]
  const options = { url: sandbox.url, apiKey, webhookSecrets, callbackUrl: receiver.url, now: () => now }
  const provider = createSandboxProvider({ ...options, timeoutMs: 15_000 })
  return {
    provider,
    hasty: createSandboxProvider({ ...options, timeoutMs: hastyMs }),
    now,
    begin: async () => {},
    end: async () => {},
    behave: (paymentId, fault) => sandbox.behave(paymentId, behaviourOf[fault]),
    pay: ({ id }) => sandbox.pay(id),
    async manyPayments() {
      const createdFrom = Date.now()
      const ids = Array.from({ length: many }, (_, index) => `list-${index}`)
      await Promise.all(ids.map((id) => provider.create(requestOf(id, now))))
      return { ids, createdFrom, createdBefore: Date.now() + 1 }
    },
    captureCallback: (payment) => vi.waitFor(() => captureOf(receiver.received, payment), { timeout: 15_000 }),
    signed,
    ofNoInterest: JSON.stringify({ type: 'payment.failed', data: {} }),
    async stop() {
      await sandbox.stop()
      await receiver.close()
    },
  }
}

function captureOf(received: readonly CallbackRequest[], { id }: ProviderPayment): CallbackRequest {
  const found = received.find(({ body }) => body.includes(id) && body.includes('payment.captured'))
  if (found === undefined) throw new Error(`No callback of the capture of ${id} has come.`)
  return found
}

function signed(body: string | Buffer, signedAt: number): CallbackRequest {
  const [id, bytes] = ['msg_of_the_test', Buffer.from(body)]
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(signedAt / 1_000)),
    'webhook-signature': new Webhook(webhookSecret).sign(id, new Date(signedAt), bytes.toString()),
  }
  return { headers, body: bytes }
}
