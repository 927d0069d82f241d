import { editCampaign } from 'seckill-store/mysql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Refusal } from '../src/contract/refusals.js'
import { readBooks } from './harness/books.js'
import { lanesOf, newRunId } from './harness/lanes.js'
import { type Sale, startSale } from './harness/sale.js'

let sale: Sale
beforeAll(async () => {
  sale = await startSale()
})
afterAll(() => sale.close())

/** Edits a campaign in MySQL and at the gate. */
async function edit(voucherId: number, terms: Parameters<typeof editCampaign>[2]): Promise<void> {
  const change = await editCampaign(sale.db, voucherId, terms, { actor: 'test' })
  if (change.gate !== null) await sale.gate.apply(change.gate)
}

describe('an accepted purchase', () => {
  it('pays the price and has the time to pay of its admission, whatever was edited since', async () => {
    const voucherId = await sale.open({ priceMinor: 100, payWindowMs: 60_000 })
    const before = await sale.admit(voucherId, newRunId(voucherId), [{ userId: 1 }])
    await edit(voucherId, { priceMinor: 999, payWindowMs: 5_000 })
    const after = await sale.admit(voucherId, newRunId(voucherId), [{ userId: 2 }])
    expect(await sale.run(voucherId).actUpTo('createOrder', [...before, ...after])).toEqual({})
    const { orders } = await readBooks(sale.db, voucherId)
    const promised = new Map(
      orders.map((order) => [order.user_id, [order.price_minor, order.pay_before - order.created_at]]),
    )
    expect([promised.get(1), promised.get(2)]).toEqual([
      [100, 60_000],
      [999, 5_000],
    ])
  })

  it.each([
    ['the sale is shortened to end before its admission', (now: number) => ({ endsAt: now - 5_000 })],
    ['its begin is moved past its admission', (now: number) => ({ beginsAt: now + 60_000 })],
  ])('is not turned away when %s', async (_, terms) => {
    const voucherId = await sale.open()
    const lanes = await sale.admit(voucherId, newRunId(voucherId), [{ userId: 1 }])
    await edit(voucherId, terms(Date.now()))
    expect(await sale.run(voucherId).actUpTo('createOrder', lanes)).toEqual({})
  })

  it('under a version that MySQL does not have is refused', async () => {
    const voucherId = await sale.open()
    const lanes = lanesOf(voucherId, 1, () => ({ termsVersion: 77 }))
    expect(Object.values(await sale.run(voucherId).actUpTo('checkVoucher', lanes))).toEqual([Refusal.NotOnSale])
  })
})

describe('an Idempotency-Key that two requests used while the gate could not know', () => {
  it('buys once: the purchase that reaches MySQL second is refused', async () => {
    const [first, second] = [await sale.open(), await sale.open()]
    const keyDigest = 'k'.repeat(22)
    const keyed = (voucherId: number) => lanesOf(voucherId, 2, (index) => (index === 0 ? { keyDigest } : {}))
    expect(await sale.run(first).actUpTo('createOrder', keyed(first))).toEqual({})
    const lanes = keyed(second)
    const ends = await sale.run(second).actUpTo('createOrder', lanes)
    expect(ends).toEqual({ [lanes[0]?.reservationId ?? '']: Refusal.KeyReused })
  })
})
