import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type CallbackReceiver, startReceiver } from '../../test/callback-receiver.js'
import { eventually } from '../../test/eventually.js'
import { type ProviderUnderTest, startProvider, webhookSecret } from '../../test/provider-under-test.js'

let receiver: CallbackReceiver
let provider: ProviderUnderTest

beforeAll(async () => {
  receiver = await startReceiver()
  provider = await startProvider({ CALLBACK_MAX_ATTEMPTS: '4' })
})
afterEach(() => receiver.answerWith(204))
afterAll(async () => {
  await provider.stop()
  await receiver.close()
})

const create = (terms: Readonly<Record<string, unknown>> = {}) =>
  provider.create({ callbackUrl: receiver.url, ...terms })
const pendingOf = async (paymentId: string) => {
  const { body } = await provider.admin<{ callbacks: { paymentId: string }[] }>('GET', '/callbacks')
  return body.callbacks.filter((callback) => callback.paymentId === paymentId)
}

describe('callbacks', () => {
  it('tell each change of a payment once, signed, with the payment as it was then', async () => {
    const { id } = await create({ amount: 500 })
    const expected: string[] = []
    const afterwards = async (type: string) => {
      expected.push(type)
      await eventually(() => receiver.typesOf(id)).toEqual(expected)
    }
    await provider.act(id, 'fail')
    await afterwards('payment.failed')
    await provider.act(id, 'pay')
    await afterwards('payment.captured')
    const refund = await provider.refund(id, 500)
    await afterwards('refund.succeeded')
    const ofPayment = receiver.deliveries.filter(({ data }) => data.payment.id === id)
    expect(ofPayment.map(({ data }) => data.payment.state)).toEqual(['open', 'captured', 'refunded'])
    expect(ofPayment[2]?.data.refund?.id).toBe(refund.body.id)
    expect(receiver.forged).toBe(0)
  })

  it('tell of a close, by the merchant and by the expiry', async () => {
    const closed = await create()
    const expired = await create({ expiresAt: Date.now() + 1_000 })
    await provider.close(closed.id)
    await eventually(() => receiver.typesOf(closed.id)).toEqual(['payment.closed'])
    await eventually(() => receiver.typesOf(expired.id)).toEqual(['payment.closed'])
  })

  it('are sent again with the same id and body until they are taken', async () => {
    receiver.answerWith(500)
    const { id } = await create()
    await provider.act(id, 'pay')
    await eventually(() => receiver.typesOf(id).length).toBeGreaterThanOrEqual(2)
    receiver.answerWith(200)
    await eventually(() => pendingOf(id)).toEqual([])
    const all = receiver.deliveries.filter(({ data }) => data.payment.id === id)
    expect(new Set(all.map((delivery) => delivery.id)).size).toBe(1)
    expect(new Set(all.map(({ body }) => body)).size).toBe(1)
  })

  it('are given up after as many attempts as configured; a redirection does not take them', async () => {
    receiver.answerWith(302)
    const { id } = await create()
    await provider.act(id, 'pay')
    await eventually(() => pendingOf(id)).toEqual([])
    expect(receiver.typesOf(id)).toEqual(Array(4).fill('payment.captured'))
  })

  it('do not hold the API up when the receiver is silent', async () => {
    receiver.answerWith('silence')
    const { id } = await create()
    await provider.act(id, 'pay')
    await eventually(() => receiver.typesOf(id)).toHaveLength(1)
    expect((await provider.find(id)).state).toBe('captured')
    expect(await pendingOf(id)).toHaveLength(1)
  })

  it('are verified by either secret while it is rotated', async () => {
    const next = `whsec_${Buffer.from('the next secret of these tests!!').toString('base64')}`
    const rotating = await startProvider({ PROVIDER_WEBHOOK_SECRETS: `${next},${webhookSecret}` })
    const { id } = await rotating.create({ callbackUrl: receiver.url })
    await rotating.act(id, 'pay')
    await eventually(() => receiver.typesOf(id)).toEqual(['payment.captured'])
    const sent = receiver.deliveries.find(({ data }) => data.payment.id === id)
    expect(() => new Webhook(next).verify(sent?.body ?? '', sent?.headers ?? {})).not.toThrow()
    await rotating.stop()
  })

  it('that are still to be sent at a stop are sent by the next process', async () => {
    receiver.answerWith(503)
    const first = await startProvider({ CALLBACK_MAX_ATTEMPTS: '100' })
    const { id } = await first.create({ callbackUrl: receiver.url })
    await first.act(id, 'pay')
    await eventually(() => receiver.typesOf(id).length).toBeGreaterThanOrEqual(1)
    await first.stop()
    const before = receiver.typesOf(id).length
    receiver.answerWith(204)
    const second = await startProvider({ PROVIDER_JOURNAL: first.journal })
    await eventually(() => receiver.typesOf(id)).toHaveLength(before + 1)
    const ids = receiver.deliveries.filter(({ data }) => data.payment.id === id).map((delivery) => delivery.id)
    expect(new Set(ids).size).toBe(1)
    await second.stop()
  })
})
