import { readKeyFile } from 'seckill-certificate/keys'
import { readKeptReceipt, receiptKeys, verifyReceipt } from 'seckill-certificate/receipt'
import { gateKeys } from 'seckill-store/gate'
import { editCampaign } from 'seckill-store/mysql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, keysFile, startApi } from './api-under-test.js'
import { redisOf } from './redis-of.js'
import { type Answer, buy, startSale } from './sale.js'

let api: ApiUnderTest
const redis = redisOf()

beforeAll(async () => {
  api = await startApi()
})
afterAll(async () => {
  redis.disconnect()
  await api.close()
})

/** The installation's verdict on the receipt in an answer, from the answer and the key file alone. */
function verdictOn({ body }: Answer) {
  const { promised, receipt } = readKeptReceipt(JSON.stringify(body))
  return { verdict: verifyReceipt(receipt, promised, receiptKeys(readKeyFile(keysFile).receipts)), promised }
}

async function changePrice(voucherId: number, priceMinor: number): Promise<void> {
  const { gate } = await editCampaign(api.database.db, voucherId, { priceMinor }, { actor: 'test' })
  if (gate !== null) await api.dependencies.gate.apply(gate)
}

describe('the receipt in a 202', () => {
  it('is genuine for the user, the units, their price, the terms and the number of the admission', async () => {
    const { voucherId, campaign } = await startSale(api, { limitPerUser: 3, priceMinor: 700 })
    await buy(api, voucherId, 1)
    const answer = await buy(api, voucherId, 2, { quantity: 3 })
    const { traceId } = answer.body.data
    const promised = { traceId, userId: 2, voucherId, units: 3, priceMinor: 2_100, currency: 'CNY' }
    expect(verdictOn(answer)).toEqual({
      verdict: 'genuine',
      promised: { ...promised, termsVersion: campaign.version, seq: 2, admittedAt: expect.any(Number) },
    })
    answer.body.data.promised.priceMinor = 1
    expect(verdictOn(answer).verdict).toBe('forged')
  })

  it('has the price of the terms that the purchase was admitted under, also where it is answered again after an edit', async () => {
    const { voucherId } = await startSale(api, { priceMinor: 700 })
    const headers = { 'idempotency-key': `receipt-${voucherId}` }
    const first = await buy(api, voucherId, 1, { headers })
    await changePrice(voucherId, 900)
    const [again, later] = [await buy(api, voucherId, 1, { headers }), await buy(api, voucherId, 2)]
    expect(again.body).toEqual(first.body)
    expect(verdictOn(later)).toMatchObject({ verdict: 'genuine', promised: { priceMinor: 900 } })
  })

  it('shows the promise after Redis and MySQL have lost the purchase', async () => {
    const { voucherId } = await startSale(api)
    const answer = await buy(api, voucherId, 1)
    await redis.del(...Object.values(gateKeys(voucherId)))
    expect(await api.dependencies.gate.hold(voucherId, answer.body.data.traceId)).toBeNull()
    expect(verdictOn(answer).verdict).toBe('genuine')
  })

  it('is left out for a purchase whose hold was made again without its terms, and the purchase stands', async () => {
    const { voucherId } = await startSale(api)
    const headers = { 'idempotency-key': `lost-${voucherId}` }
    const { traceId } = (await buy(api, voucherId, 1, { headers })).body.data
    const tail = traceId.slice(`${voucherId}-`.length)
    const hold = (await redis.hget(gateKeys(voucherId).holds, tail)) ?? ''
    await redis.hset(gateKeys(voucherId).holds, tail, hold.replace(/\|\d+\|([^|]*)$/, '|0|$1'))
    const again = await buy(api, voucherId, 1, { headers })
    expect(again).toMatchObject({ status: 202, body: { data: { traceId, promised: null, receipt: null } } })
  })
})
