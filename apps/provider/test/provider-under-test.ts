import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { readConfig } from '../src/config.js'
import { serve } from '../src/serve.js'
import { temporaryFolder } from './temporary-folder.js'

export const apiKey = 'api-key-for-the-tests-0123456789'
export const adminKey = 'admin-key-for-the-tests-0123456789'
export const webhookSecret = `whsec_${Buffer.from('a secret of the tests, 32 bytes!').toString('base64')}`

/** A payment as the API answers it. */
export interface PaymentBody {
  readonly id: string
  readonly merchantReference: string
  readonly state: string
  readonly amount: number
  readonly paymentUrl: string
  readonly createdAt: number
  readonly closedBy: string | null
  readonly failedAttempts: number
  readonly refundedAmount: number
  readonly pendingRefundAmount: number
}

/** A refund as the API answers it. */
export interface RefundBody {
  readonly id: string
  readonly state: string
  readonly amount: number
}

/** An answer with its parsed body. */
interface Reply<T> {
  readonly status: number
  readonly headers: Headers
  readonly body: T
}

/** An error as the API answers it. */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string }
  readonly issues?: readonly { readonly field: string }[]
  readonly left?: number
  readonly payment?: PaymentBody
}

/** The calls of a merchant, a payer and an admin to a provider. */
export interface Client {
  readonly url: string
  get<T>(path: string): Promise<Reply<T>>
  post<T>(path: string, body?: unknown, key?: string): Promise<Reply<T>>
  create(terms?: Readonly<Record<string, unknown>>): Promise<PaymentBody>
  createReply(terms?: Readonly<Record<string, unknown>>, key?: string): Promise<Reply<PaymentBody & ErrorBody>>
  find(id: string): Promise<PaymentBody>
  close(id: string): Promise<Reply<PaymentBody & ErrorBody>>
  refund(id: string, amount: number, key?: string): Promise<Reply<RefundBody & ErrorBody>>
  act(
    id: string,
    action: 'pay' | 'fail' | 'leave',
  ): Promise<Reply<{ outcome: string; payment: PaymentBody } & ErrorBody>>
  behave(behaviour: Readonly<Record<string, unknown>>): Promise<void>
  admin<T>(method: string, path: string, body?: unknown): Promise<Reply<T>>
}

/** The terms of a payment; `changes` replace some of them. */
export function termsWith(changes: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    merchantReference: `order-${randomUUID()}`,
    amount: 990,
    currency: 'CNY',
    description: 'One voucher',
    expiresAt: Date.now() + 900_000,
    returnUrl: 'http://shop.example/orders/7',
    callbackUrl: 'http://127.0.0.1:9/callbacks',
    ...changes,
  }
}

/** A client of the provider at an address. */
export function clientOf(url: string): Client {
  async function send<T>(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: unknown,
  ): Promise<Reply<T>> {
    const json = body === undefined ? {} : { 'content-type': 'application/json' }
    const text = body === undefined ? {} : { body: JSON.stringify(body) }
    const response = await fetch(`${url}${path}`, { method, headers: { ...headers, ...json }, ...text })
    return { status: response.status, headers: response.headers, body: (await response.json()) as T }
  }
  const merchant = { authorization: `Bearer ${apiKey}` }
  const post = <T>(path: string, body?: unknown, key?: string) =>
    send<T>('POST', path, { ...merchant, ...(key === undefined ? {} : { 'idempotency-key': key }) }, body)
  const createReply: Client['createReply'] = (terms, key = randomUUID()) => post('/v1/payments', termsWith(terms), key)
  const admin: Client['admin'] = (method, path, body) =>
    send(method, `/admin${path}`, { authorization: `Bearer ${adminKey}` }, body)
  const get = <T>(path: string) => send<T>('GET', path, merchant)
  return {
    url,
    get,
    post,
    createReply,
    admin,
    async create(terms) {
      const { status, body } = await createReply(terms)
      if (status !== 201) throw new Error(`No payment was created: ${JSON.stringify(body)}`)
      return body
    },
    find: async (id) => (await get<PaymentBody>(`/v1/payments/${id}`)).body,
    close: (id) => post(`/v1/payments/${id}/close`),
    refund: (id, amount, key = randomUUID()) => post(`/v1/payments/${id}/refunds`, { amount }, key),
    act: (id, action) => send('POST', `/pay/${id}`, {}, { action }),
    async behave(behaviour) {
      const { status, body } = await admin('PUT', '/behaviour', behaviour)
      if (status !== 200) throw new Error(`The behaviour was not taken: ${JSON.stringify(body)}`)
    },
  }
}

/** A provider in this process, on a free port. */
export interface ProviderUnderTest extends Client {
  readonly journal: string
  stop(): Promise<void>
}

/** The environment of a provider with a new journal on a free port. */
export function environmentOf(changes: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return {
    PORT: '0',
    LOG_LEVEL: 'silent',
    PROVIDER_API_KEY: apiKey,
    PROVIDER_ADMIN_KEY: adminKey,
    PROVIDER_WEBHOOK_SECRETS: webhookSecret,
    PROVIDER_JOURNAL: join(temporaryFolder(), 'journal.jsonl'),
    CALLBACK_FIRST_MS: '5',
    CALLBACK_LONGEST_MS: '40',
    SHUTDOWN_GRACE_MS: '1000',
    ...changes,
  }
}

/** Starts a provider in this process; `changes` replace variables of its environment. */
export async function startProvider(changes: Readonly<Record<string, string>> = {}): Promise<ProviderUnderTest> {
  const config = readConfig(environmentOf(changes))
  const { port, close } = await serve(config)
  return { ...clientOf(`http://127.0.0.1:${port}`), journal: config.journal, stop: close }
}
