import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type CallbackReceiver, startReceiver } from '../../test/callback-receiver.js'
import { eventually } from '../../test/eventually.js'
import {
  adminKey,
  apiKey,
  clientOf,
  type ProviderUnderTest,
  startProvider,
  termsWith,
} from '../../test/provider-under-test.js'

let receiver: CallbackReceiver
let provider: ProviderUnderTest

beforeAll(async () => {
  receiver = await startReceiver()
  provider = await startProvider()
})
afterEach(() => provider.behave({}))
afterAll(async () => {
  await provider.stop()
  await receiver.close()
})

const create = (terms: Readonly<Record<string, unknown>> = {}) =>
  provider.create({ callbackUrl: receiver.url, ...terms })
const typesOf = (paymentId: string) => receiver.typesOf(paymentId)

async function captured(): Promise<string> {
  const { id } = await create({ amount: 100 })
  await provider.act(id, 'pay')
  return id
}

/** Sends a creation, and waits at most `limitMs` for its answer. */
async function impatientCreate(
  terms: Readonly<Record<string, unknown>>,
  key: string,
  limitMs: number,
): Promise<string> {
  const headers = { authorization: `Bearer ${apiKey}`, 'idempotency-key': key, 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body: JSON.stringify(terms), signal: AbortSignal.timeout(limitMs) }
  return fetch(`${provider.url}/v1/payments`, init).then(
    ({ status }) => String(status),
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  )
}

async function countOf(merchantReference: string): Promise<number> {
  const { body } = await provider.get<{ payments: unknown[] }>(`/v1/payments?merchantReference=${merchantReference}`)
  return body.payments.length
}

describe('requests', () => {
  it('are slow for as long as told', async () => {
    await provider.behave({ slowMs: 80 })
    const startedAt = performance.now()
    await provider.create()
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(79)
  })

  it('are silent: nothing is carried out and nothing answered', async () => {
    const terms = termsWith({ merchantReference: 'silent-before' })
    await provider.admin('PUT', '/behaviour/references/silent-before', { silentShare: 1 })
    expect(await impatientCreate(terms, 'silent-1', 150)).toBe('TimeoutError')
    await provider.admin('DELETE', '/behaviour/references/silent-before')
    expect(await countOf('silent-before')).toBe(0)
  })

  it('are silent after they were carried out: the same key then finds what was made', async () => {
    const terms = termsWith({ merchantReference: 'silent-after' })
    await provider.admin('PUT', '/behaviour/references/silent-after', { silentShare: 1, afterEffectShare: 1 })
    expect(await impatientCreate(terms, 'silent-2', 500)).toBe('TimeoutError')
    await provider.admin('DELETE', '/behaviour/references/silent-after')
    await eventually(() => countOf('silent-after')).toBe(1)
    const again = await provider.createReply(terms, 'silent-2')
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
  })

  it('are answered with 500 and 429 in their shares', async () => {
    await provider.behave({ error500Share: 0.3, error429Share: 0.3 })
    const references = Array.from({ length: 200 }, (_, index) => `shares-${index}`)
    const replies = await Promise.all(
      references.map((merchantReference) => provider.createReply({ merchantReference })),
    )
    const share = (wanted: number) => replies.filter(({ status }) => status === wanted).length / replies.length
    expect(share(500)).toBeCloseTo(0.3, 0.8)
    expect(share(429)).toBeCloseTo(0.3, 0.8)
    const refused = replies.find(({ status }) => status === 429)
    expect([refused?.body.error.code, refused?.headers.get('retry-after')]).toEqual(['TOO_MANY_REQUESTS', '1'])
    expect(replies.filter(({ status }) => status === 201).length).toBeGreaterThan(0)
  })

  it('go the same way in two runs with the same seed, whatever their order, and another way with another seed', async () => {
    const run = async (seed: number, prefix: string, references: readonly string[]) => {
      await provider.behave({ seed, error500Share: 0.5 })
      const statuses = new Map<string, number>()
      await Promise.all(
        references.map(async (merchantReference) => {
          const { status } = await provider.createReply({ merchantReference }, `${prefix}-${merchantReference}`)
          statuses.set(merchantReference, status)
        }),
      )
      return Object.fromEntries([...statuses].sort())
    }
    const references = Array.from({ length: 30 }, (_, index) => `seeded-${index}`)
    const first = await run(7, 'first', references)
    expect(await run(7, 'second', references.toReversed())).toEqual(first)
    expect(await run(8, 'third', references)).not.toEqual(first)
  })

  it('of one payment alone follow its own behaviour', async () => {
    const [one, other] = [await create(), await create()]
    await provider.admin('PUT', `/behaviour/payments/${one.id}`, { error500Share: 1 })
    expect((await provider.close(one.id)).status).toBe(500)
    expect((await provider.close(other.id)).status).toBe(200)
    await provider.admin('DELETE', `/behaviour/payments/${one.id}`)
    expect((await provider.find(one.id)).state).toBe('open')
  })

  it('are failed with 500 after they were carried out', async () => {
    const { id } = await create()
    await provider.admin('PUT', `/behaviour/payments/${id}`, { error500Share: 1, afterEffectShare: 1 })
    expect((await provider.close(id)).status).toBe(500)
    await provider.admin('DELETE', `/behaviour/payments/${id}`)
    expect((await provider.find(id)).state).toBe('closed')
  })
})

describe('payments', () => {
  it('are not captured: the attempt fails, and the payment stays open', async () => {
    await provider.behave({ captureFailsShare: 1 })
    const { id } = await create()
    expect((await provider.act(id, 'pay')).body).toMatchObject({ outcome: 'failed', payment: { state: 'open' } })
    await eventually(() => typesOf(id)).toEqual(['payment.failed'])
  })

  it('are pending for as long as told: meanwhile they can be neither closed nor paid again', async () => {
    await provider.behave({ capturePendingShare: 1, capturePendingMs: 1_000 })
    const { id } = await create()
    const pending = { outcome: 'pending', payment: { state: 'pending' } }
    expect((await provider.act(id, 'pay')).body).toMatchObject(pending)
    expect((await provider.act(id, 'pay')).body).toMatchObject(pending)
    expect((await provider.act(id, 'fail')).body.error.code).toBe('PAYMENT_PENDING')
    const { status, body } = await provider.close(id)
    expect([status, body.error.code, body.payment?.state]).toEqual([409, 'PAYMENT_PENDING', 'pending'])
    await eventually(async () => (await provider.find(id)).state).toBe('captured')
    await eventually(() => typesOf(id)).toEqual(['payment.pending', 'payment.captured'])
  })

  it('that are pending can fail in the end, and are open again', async () => {
    await provider.behave({ capturePendingShare: 1, capturePendingMs: 30, captureFailsShare: 1 })
    const { id } = await create()
    expect((await provider.act(id, 'pay')).body.outcome).toBe('pending')
    await eventually(() => typesOf(id)).toEqual(['payment.pending', 'payment.failed'])
    expect((await provider.find(id)).state).toBe('open')
  })

  it('are captured after a close that was answered', async () => {
    await provider.behave({ captureAfterCloseShare: 1, captureAfterCloseMs: 30 })
    const { id } = await create()
    expect((await provider.close(id)).body.state).toBe('closed')
    await eventually(async () => (await provider.find(id)).state).toBe('captured')
    await eventually(() => typesOf(id).toSorted()).toEqual(['payment.captured', 'payment.closed'])
    expect((await provider.close(id)).body.error.code).toBe('PAYMENT_CAPTURED')
    expect((await provider.refund(id, 990)).body.state).toBe('succeeded')
  })
})

describe('refunds', () => {
  it('fail as often as told, and their amount stays refundable', async () => {
    await provider.behave({ refundFailures: 2 })
    const id = await captured()
    expect((await provider.refund(id, 100, 'fails-1')).body.state).toBe('failed')
    expect((await provider.refund(id, 100, 'fails-1')).body.state).toBe('failed')
    expect((await provider.refund(id, 100)).body.state).toBe('failed')
    expect((await provider.refund(id, 100)).body.state).toBe('succeeded')
    const refunds = ['payment.captured', 'refund.failed', 'refund.failed', 'refund.succeeded']
    await eventually(() => typesOf(id).toSorted()).toEqual(refunds)
  })

  it('are pending for as long as told; their amount is reserved meanwhile', async () => {
    await provider.behave({ refundPendingMs: 1_500 })
    const id = await captured()
    const { body } = await provider.refund(id, 60)
    expect(body.state).toBe('pending')
    expect(await provider.find(id)).toMatchObject({ state: 'captured', refundedAmount: 0, pendingRefundAmount: 60 })
    expect((await provider.refund(id, 41)).body.left).toBe(40)
    await eventually(async () => (await provider.get<{ state: string }>(`/v1/refunds/${body.id}`)).body.state).toBe(
      'succeeded',
    )
    expect(await provider.find(id)).toMatchObject({
      state: 'partlyRefunded',
      refundedAmount: 60,
      pendingRefundAmount: 0,
    })
  })

  it('that are pending can fail in the end, and their amount is free again', async () => {
    await provider.behave({ refundPendingMs: 30, refundFailures: 1 })
    const id = await captured()
    const { body } = await provider.refund(id, 100)
    await eventually(async () => (await provider.get<{ state: string }>(`/v1/refunds/${body.id}`)).body.state).toBe(
      'failed',
    )
    expect(await provider.find(id)).toMatchObject({ state: 'captured', refundedAmount: 0, pendingRefundAmount: 0 })
  })
})

describe('callbacks', () => {
  it('are doubled, with the same id', async () => {
    await provider.behave({ callbackDoubledShare: 1 })
    const id = await captured()
    await eventually(() => typesOf(id)).toEqual(['payment.captured', 'payment.captured'])
    const ids = receiver.deliveries.filter(({ data }) => data.payment.id === id).map((delivery) => delivery.id)
    expect(new Set(ids).size).toBe(1)
  })

  it('are delayed for as long as told', async () => {
    await provider.behave({ callbackDelayedShare: 1, callbackDelayMs: 100 })
    const startedAt = Date.now()
    const id = await captured()
    await eventually(() => typesOf(id)).toEqual(['payment.captured'])
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(100)
  })

  it('are reordered: one waits for the next of its payment', async () => {
    const { id } = await create({ amount: 100 })
    await provider.behave({ callbackReorderedShare: 1, callbackHoldMs: 60_000 })
    await provider.act(id, 'pay')
    await provider.behave({})
    await provider.refund(id, 100)
    await eventually(() => typesOf(id)).toEqual(['refund.succeeded', 'payment.captured'])
  })

  it('that are held and the last of their payment are sent at the end of the hold', async () => {
    await provider.behave({ callbackReorderedShare: 1, callbackHoldMs: 50 })
    const id = await captured()
    await eventually(() => typesOf(id)).toEqual(['payment.captured'])
  })

  it('are dropped', async () => {
    await provider.behave({ callbackDroppedShare: 1 })
    const id = await captured()
    await provider.behave({})
    await provider.refund(id, 100)
    await eventually(() => typesOf(id)).toEqual(['refund.succeeded'])
  })
})

describe('the admin endpoint', () => {
  it('shows the behaviour with every default, and what a change made of it', async () => {
    await provider.behave({ seed: 5, slowMs: 1 })
    const { body } = await provider.admin<{ atLarge: Record<string, number> }>('GET', '/behaviour')
    expect(body.atLarge).toMatchObject({ seed: 5, slowMs: 1, slowShare: 1, silentShare: 0, refundFailures: 0 })
  })

  it.each([
    [{ silentShare: 2 }],
    [{ slowMs: -1 }],
    [{ nonsense: 1 }],
    [{ silentShare: 0.5, error500Share: 0.6 }],
    [[1]],
  ])('refuses %j', async (behaviour) => {
    expect((await provider.admin('PUT', '/behaviour', behaviour)).status).toBe(400)
  })

  it('takes the admin key only, and the API takes the API key only', async () => {
    const statusWith = async (path: string, key: string) =>
      (await fetch(`${provider.url}${path}`, { headers: { authorization: `Bearer ${key}` } })).status
    expect(await statusWith('/admin/behaviour', apiKey)).toBe(401)
    expect(await statusWith('/v1/payments', adminKey)).toBe(401)
    expect((await fetch(`${provider.url}/v1/payments`)).status).toBe(401)
  })
})

it('the environment tells the behaviour at start', async () => {
  const started = await startProvider({ PROVIDER_BEHAVIOUR: '{"captureFailsShare":1}' })
  const { id } = await clientOf(started.url).create()
  expect((await started.act(id, 'pay')).body.outcome).toBe('failed')
  await started.stop()
})
