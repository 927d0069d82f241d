import { setTimeout as delay } from 'node:timers/promises'
import { connectGateRedis, gateKeys } from 'seckill-store/gate'
import { findCampaign } from 'seckill-store/mysql'
import { refuseLanes } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { buy, send, startSale } from './sale.js'
import { tokenOf } from './tokens.js'

let api: ApiUnderTest

beforeAll(async () => {
  api = await startApi({ start: true })
})
afterAll(() => api.close())

async function close(voucherId: number): Promise<void> {
  const authorization = `Bearer ${await tokenOf(9, { role: 'operator' })}`
  const url = `${api.adminUrl}/admin/v1/campaigns/${voucherId}/close`
  expect((await send(url, { method: 'POST', headers: { authorization } })).status).toBe(200)
}

const stateOf = async (voucherId: number) => (await findCampaign(api.database.db, voucherId))?.state

function settled(voucherId: number): Promise<void> {
  return vi.waitFor(async () => expect(await stateOf(voucherId)).toBe('SETTLED'), { timeout: 20_000, interval: 100 })
}

/** The commands that Redis is sent about a voucher in a second. */
async function commandsAbout(voucherId: number): Promise<readonly string[]> {
  const redis = connectGateRedis(process.env.REDIS_URL ?? '')
  const monitor = await redis.monitor()
  const seen: string[] = []
  monitor.on('monitor', (_time: string, args: readonly string[]) => seen.push(args.join(' ')))
  try {
    await delay(1_000)
    return seen.filter((command) => command.includes(`{${voucherId}}`))
  } finally {
    monitor.disconnect()
    redis.disconnect()
  }
}

describe('a closed campaign', () => {
  it('settles by itself, and Redis is not asked about it any more', async () => {
    const { voucherId } = await startSale(api)
    await vi.waitFor(async () => expect(await commandsAbout(voucherId)).not.toEqual([]), { timeout: 10_000 })
    await close(voucherId)
    await settled(voucherId)
    await api.dependencies.campaigns.refresh()
    await vi.waitFor(async () => expect(await commandsAbout(voucherId)).toEqual([]), { timeout: 10_000 })
    expect(await buy(api, voucherId, 3)).toMatchObject({ status: 410, body: { error: 'ENDED' } })
  })

  it('waits for the purchase of a run that no worker has begun, then settles', async () => {
    const { voucherId } = await startSale(api)
    const { traceId } = (await buy(api, voucherId, 1)).body.data
    await close(voucherId)
    const { gate, db } = api.dependencies
    await vi.waitFor(async () => expect(await gate.audit(voucherId)).toMatchObject({ waiting: 0, runs: 0 }))
    await delay(1_500)
    expect(await stateOf(voucherId)).toBe('CLOSED')
    const hold = await gate.hold(voucherId, traceId)
    if (hold?.runId == null) throw new Error('no run has taken the purchase')
    await refuseLanes(db, [{ ...hold, termsVersion: 1, keyDigest: '' }], { owner: hold.runId, reason: 'USER_BLOCKED' })
    await gate.release(voucherId, [{ reservationId: traceId, reason: 'USER_BLOCKED' }])
    await settled(voucherId)
  })

  it('a trace id of a settled sale that Redis does not know any more is 404, not 503', async () => {
    const { voucherId } = await startSale(api)
    await close(voucherId)
    await settled(voucherId)
    const redis = connectGateRedis(process.env.REDIS_URL ?? '')
    await redis.hset(gateKeys(voucherId).campaign, 'run_id', 'of-a-redis-before')
    redis.disconnect()
    await api.dependencies.campaigns.refresh()
    const authorization = `Bearer ${await tokenOf(1)}`
    const url = `${api.url}/api/v1/purchases/${voucherId}-${'a'.repeat(26)}`
    expect((await send(url, { headers: { authorization } })).status).toBe(404)
  })
})
