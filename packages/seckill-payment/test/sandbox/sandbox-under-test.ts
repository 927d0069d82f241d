import { Webhook } from 'standardwebhooks'
import { vi } from 'vitest'
import type { CallbackRequest, ProviderPayment } from '../../src/index.js'
import { createSandboxProvider } from '../../src/sandbox/index.js'
import { startSandbox as startProcess } from '../../src/testing/index.js'
import { type Fault, hastyMs, type ProviderUnderTest, requestOf } from '../conformance.js'
import { startReceiver } from './callback-receiver.js'

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
  const receiver = await startReceiver()
  const sandbox = await startProcess({ callbackUrl: receiver.url })
  const [webhookSecret = ''] = sandbox.options.webhookSecrets
  const now = Math.floor(Date.now() / 1_000) * 1_000
  const webhookSecrets = [`whsec_${Buffer.from('the next secret, after a rotation').toString('base64')}`, webhookSecret]
  const options = { ...sandbox.options, webhookSecrets, now: () => now }
  const provider = createSandboxProvider({ ...options, timeoutMs: 15_000 })
  return {
    provider,
    hasty: createSandboxProvider({ ...options, timeoutMs: hastyMs }),
    now,
    begin: async () => {},
    end: async () => {},
    behave: (paymentId, fault) => sandbox.behaveTo(paymentId, behaviourOf[fault]),
    pay: ({ payUrl }) => sandbox.pay(payUrl ?? ''),
    async manyPayments() {
      const createdFrom = Date.now()
      const ids = Array.from({ length: many }, (_, index) => `list-${index}`)
      await Promise.all(ids.map((id) => provider.create(requestOf(id, now))))
      return { ids, createdFrom, createdBefore: Date.now() + 1 }
    },
    captureCallback: (payment) => vi.waitFor(() => captureOf(receiver.received, payment), { timeout: 30_000 }),
    signed: (body, signedAt) => signed(webhookSecret, body, signedAt),
    ofNoInterest: JSON.stringify({ type: 'payment.failed', data: {} }),
    async stop() {
      await sandbox.close()
      await receiver.close()
    },
  }
}

function captureOf(received: readonly CallbackRequest[], { id }: ProviderPayment): CallbackRequest {
  const found = received.find(({ body }) => body.includes(id) && body.includes('payment.captured'))
  if (found === undefined) throw new Error(`No callback of the capture of ${id} has come.`)
  return found
}

function signed(secret: string, body: string | Buffer, signedAt: number): CallbackRequest {
  const [id, bytes] = ['msg_of_the_test', Buffer.from(body)]
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(signedAt / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, new Date(signedAt), bytes.toString()),
  }
  return { headers, body: bytes }
}
