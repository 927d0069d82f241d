import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { cancel, orderOf } from './orders.js'
import { buy, send, startSale } from './sale.js'
import { tokenOf } from './tokens.js'

let api: ApiUnderTest

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

async function purchasesOf(userId: number) {
  const authorization = `Bearer ${await tokenOf(userId)}`
  return send(`${api.url}/api/v1/purchases`, { headers: { authorization } })
}

describe("a buyer's own purchases", () => {
  it('are found again without a trace id, newest first, whether a run has taken them or not', async () => {
    const order = await orderOf(api, 3)
    const queued = await startSale(api)
    const { traceId } = (await buy(api, queued.voucherId, 3)).body.data
    await buy(api, queued.voucherId, 4)
    await vi.waitFor(async () => {
      const { purchases } = (await purchasesOf(3)).body.data
      expect(purchases).toEqual([
        expect.objectContaining({ traceId, voucherId: queued.voucherId, quantity: 1, status: 'QUEUED', place: 1 }),
        expect.objectContaining({ traceId: order.traceId, status: 'AWAITING_PAYMENT', orderId: order.orderId }),
      ])
    })
  })

  it('stay in the list when they have ended', async () => {
    const { voucherId } = await startSale(api)
    const { traceId } = (await buy(api, voucherId, 5)).body.data
    await cancel(api, { traceId, userId: 5 })
    expect((await purchasesOf(5)).body.data.purchases).toEqual([
      expect.objectContaining({ traceId, status: 'CANCELLED', reason: 'CANCELLED_BY_BUYER' }),
    ])
  })

  it('need a token', async () => {
    expect((await send(`${api.url}/api/v1/purchases`)).body.error).toBe('UNAUTHENTICATED')
  })
})

describe('a voucher of which none is left', () => {
  const standing = async (voucherId: number) => {
    const { remaining, mayReturn } = (await send(`${api.url}/api/v1/vouchers/${voucherId}`)).body.data
    return { remaining, mayReturn }
  }

  it('says that units may return while an order is unpaid, and no longer once all are sold', async () => {
    const sale = await startSale(api, { total: 1 })
    const { keeper, campaigns } = api.dependencies
    await campaigns.refresh()
    await keeper.sync(sale.campaign)
    expect(await standing(sale.voucherId)).toEqual({ remaining: 1, mayReturn: false })
    const { orderId } = await orderOf(api, 6, sale)
    await keeper.sync(sale.campaign)
    expect(await standing(sale.voucherId)).toEqual({ remaining: 0, mayReturn: true })
    await api.database.db.updateTable('orders').set({ state: 'PAID' }).where('id', '=', orderId).execute()
    await vi.waitFor(async () => expect(await standing(sale.voucherId)).toEqual({ remaining: 0, mayReturn: false }), {
      timeout: 60_000,
    })
  })
})
