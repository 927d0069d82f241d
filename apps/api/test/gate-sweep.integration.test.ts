import { connectGateRedis, gateKeys } from 'seckill-store/gate'
import { findCampaign } from 'seckill-store/mysql'
import { sellLanes } from 'seckill-store/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { buy, startSale } from './sale.js'

const redis = connectGateRedis(process.env.REDIS_URL ?? '')
let api: ApiUnderTest
beforeAll(async () => {
  api = await startApi()
})
afterAll(async () => {
  redis.disconnect()
  await api.close()
})

it('a run that reaches MySQL after the gate was lost has its units held by the next sync of any process', async () => {
  const { gate, keeper } = api.dependencies
  const { voucherId } = await startSale(api, { total: 3 })
  for (const user of [1, 2, 3]) expect((await buy(api, voucherId, user)).status).toBe(202)
  const runId = `purchase-${voucherId}-late`
  const taken = await gate.take({ voucherId, runId, maxLanes: 10, leaseMs: 5_000, maxOpenRuns: 32 })
  if (taken.status !== 'taken') throw new Error(`take answered ${taken.status}`)
  await gate.settle(voucherId, runId)
  await redis.del(...Object.values(gateKeys(voucherId)))
  const sync = async () => {
    const campaign = await findCampaign(api.database.db, voucherId)
    if (campaign === undefined) throw new Error('the campaign is in MySQL')
    await keeper.sync(campaign)
  }
  await sync()
  expect(await gate.audit(voucherId)).toMatchObject({ state: 'OPEN', held: 0 })
  await sellLanes(api.database.db, taken.lanes, runId)
  await sync()
  expect(await gate.audit(voucherId)).toMatchObject({ state: 'OPEN', held: 3, stock: 0 })
  expect((await buy(api, voucherId, 9)).body).toMatchObject({ error: 'SOLD_OUT' })
})
