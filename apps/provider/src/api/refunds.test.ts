import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ProviderUnderTest, type RefundBody, startProvider } from '../../test/provider-under-test.js'

let provider: ProviderUnderTest

beforeAll(async () => {
  provider = await startProvider()
})
afterAll(() => provider.stop())

async function captured(amount = 1_000): Promise<string> {
  const { id } = await provider.create({ amount })
  await provider.act(id, 'pay')
  return id
}

describe('a refund', () => {
  it('goes in parts until nothing is left, and never beyond', async () => {
    const id = await captured()
    const first = await provider.refund(id, 400)
    expect([first.status, first.body.state]).toEqual([201, 'succeeded'])
    expect(await provider.find(id)).toMatchObject({ state: 'partlyRefunded', refundedAmount: 400 })
    const beyond = await provider.refund(id, 601)
    expect([beyond.status, beyond.body.error.code, beyond.body.left]).toEqual([422, 'REFUND_EXCEEDS', 600])
    await provider.refund(id, 600)
    expect(await provider.find(id)).toMatchObject({ state: 'refunded', refundedAmount: 1_000 })
    expect((await provider.refund(id, 1)).body.left).toBe(0)
  })

  it('is made once for one Idempotency-Key, and refused with another amount or payment', async () => {
    const [id, other] = [await captured(), await captured()]
    const replies = await Promise.all(Array.from({ length: 10 }, () => provider.refund(id, 300, 'refund-once')))
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1)
    expect((await provider.find(id)).refundedAmount).toBe(300)
    expect((await provider.refund(id, 301, 'refund-once')).body.error.code).toBe('KEY_REUSED')
    expect((await provider.refund(other, 300, 'refund-once')).body.error.code).toBe('KEY_REUSED')
  })

  it('never goes beyond the captured amount when many are asked for at once', async () => {
    const id = await captured(1_000)
    const replies = await Promise.all(Array.from({ length: 20 }, () => provider.refund(id, 300)))
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(3)
    expect((await provider.find(id)).refundedAmount).toBe(900)
  })

  it('is refused while the payment is not captured, and unknown for an unknown payment', async () => {
    const { id } = await provider.create()
    expect((await provider.refund(id, 1)).body.error.code).toBe('PAYMENT_NOT_CAPTURED')
    await provider.close(id)
    expect((await provider.refund(id, 1)).body.error.code).toBe('PAYMENT_NOT_CAPTURED')
    expect((await provider.refund('pay_none', 1)).status).toBe(404)
  })

  it('is found by its id, with its payment, and in the list', async () => {
    const id = await captured()
    const { body } = await provider.refund(id, 10)
    const ofPayment = await provider.get<{ refunds: readonly RefundBody[] }>(`/v1/payments/${id}/refunds`)
    const listed = await provider.get<{ refunds: readonly RefundBody[] }>('/v1/refunds?limit=500')
    expect((await provider.get(`/v1/refunds/${body.id}`)).body).toEqual(body)
    expect(ofPayment.body.refunds).toEqual([body])
    expect(listed.body.refunds).toContainEqual(body)
    expect((await provider.get('/v1/refunds/ref_none')).status).toBe(404)
  })

  it('is one of at most 100 of a payment', async () => {
    const id = await captured(1_000)
    const replies = await Promise.all(Array.from({ length: 101 }, () => provider.refund(id, 1)))
    const refused = replies.filter(({ status }) => status === 409).map(({ body }) => body.error.code)
    expect(refused).toEqual(['TOO_MANY_REFUNDS'])
  })
})
