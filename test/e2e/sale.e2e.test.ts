import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSaleUnderTest, type SaleUnderTest } from './sale-under-test.js'

let under: SaleUnderTest

beforeAll(async () => {
  under = await openSaleUnderTest()
})

afterAll(() => under?.close())

describe('a sale', () => {
  it('of 100 units among 2,000 shoppers sells each unit once, and every invariant holds', async () => {
    const voucherId = await under.putOnSale(100)
    const report = await under.rush(voucherId, { shoppers: 2_000, rate: 1_000, duplicates: 0.02, bad: 0.01 })
    const certified = await under.certify(voucherId)
    expect(certified.invariants.checks.filter((check) => !check.ok)).toEqual([])
    expect(certified).toMatchObject({ orders: 100, oversold: 0, duplicates: 0, lost: 0, leaked: 0 })
    expect(certified.requests.accepted).toBe(100)
    expect(certified.runs?.lanes).toBe(100)
    const { soldOut, duplicate, rejected } = report.results
    expect(report.results).toMatchObject({ accepted: 100, failed: 0 })
    expect(soldOut + duplicate + rejected).toBe(1_960)
    // Once the voucher is sold out, a bad request is answered SOLD_OUT too.
    expect(rejected).toBeGreaterThanOrEqual(8)
    expect(certified.requests).toMatchObject({ soldOut, duplicate })
  })

  it('with more units than shoppers serves every shopper, and the rest stays in stock', async () => {
    const voucherId = await under.putOnSale(500)
    const report = await under.rush(voucherId, { shoppers: 300, rate: 1_000, bad: 0.05 })
    expect(report.results).toMatchObject({ accepted: 300, rejected: 15, failed: 0 })
    const certified = await under.certify(voucherId)
    expect(certified.invariants.checks.filter((check) => !check.ok)).toEqual([])
    expect(certified.orders).toBe(300)
    expect((await under.sources.gate.audit(voucherId))?.stock).toBe(200)
  })
})
