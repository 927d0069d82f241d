import { setTimeout as delay } from 'node:timers/promises'
import { gateKeys, gateServers } from 'seckill-store/gate'
import { closeCampaign, findCampaign, type NewCertificate, settleCampaign } from 'seckill-store/mysql'
import { temporaryVoucherId } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { callAdmin } from './call-admin.js'
import { redisOf } from './redis-of.js'
import { buy, send, startSale } from './sale.js'
import { tokenOf } from './tokens.js'

const certificate: NewCertificate = {
  text: '{"format":"seckill-certificate/1"}\n',
  jws: 'a.b.c',
  head: { issuedAt: 1_764_000_000_000, size: 3, root: 'r' },
}
const head = { ...certificate.head, jws: certificate.jws }

let api: ApiUnderTest

beforeAll(async () => {
  api = await startApi({ start: true })
})
afterAll(() => api.close())

const show = (voucherId: number) => callAdmin(api, { method: 'GET', path: `/campaigns/${voucherId}` })
const askToSettle = (voucherId: number, body?: object) =>
  callAdmin(api, { method: 'POST', path: `/campaigns/${voucherId}/settle`, body })

async function settledSale(): Promise<number> {
  const { voucherId } = await startSale(api)
  await settle(voucherId)
  await api.dependencies.campaigns.refresh()
  return voucherId
}

async function settle(voucherId: number): Promise<void> {
  const { gate } = await closeCampaign(api.database.db, voucherId, { actor: 'test' })
  if (gate !== null) await api.dependencies.gate.apply(gate)
  await settleCampaign(api.database.db, voucherId, { actor: 'test', certificate })
}

/** The commands that Redis is sent about a voucher in a second. */
async function commandsAbout(voucherId: number): Promise<readonly string[]> {
  const redis = redisOf()
  const monitors = await Promise.all(gateServers(redis).map((server) => server.monitor()))
  const seen: string[] = []
  for (const monitor of monitors)
    monitor.on('monitor', (_time: string, args: readonly string[]) => seen.push(args.join(' ')))
  try {
    await delay(1_000)
    return seen.filter((command) => command.includes(`{${voucherId}}`))
  } finally {
    for (const monitor of monitors) monitor.disconnect()
    redis.disconnect()
  }
}

describe('a settled campaign', () => {
  it('is one that Redis is not asked about any more', async () => {
    const { voucherId } = await startSale(api)
    await vi.waitFor(async () => expect(await commandsAbout(voucherId)).not.toEqual([]), { timeout: 60_000 })
    await settle(voucherId)
    await vi.waitFor(async () => expect(await commandsAbout(voucherId)).toEqual([]), { timeout: 60_000 })
    expect(await buy(api, voucherId, 3)).toMatchObject({ status: 410, body: { error: 'ENDED' } })
  })

  it('has trace ids that are 404, not 503, once Redis does not know them any more', async () => {
    const voucherId = await settledSale()
    const redis = redisOf()
    await redis.hset(gateKeys(voucherId).campaign, 'run_id', 'of-a-redis-before')
    redis.disconnect()
    const url = `${api.url}/api/v1/purchases/${voucherId}-${'a'.repeat(26)}`
    expect((await send(url, { headers: { authorization: `Bearer ${await tokenOf(1)}` } })).status).toBe(404)
  })

  it('answers the certificate that it ended with, byte for byte', async () => {
    const voucherId = await settledSale()
    const authorization = `Bearer ${await tokenOf(9, { role: 'operator' })}`
    const url = `${api.adminUrl}/admin/v1/campaigns/${voucherId}/certificate/file`
    const answer = await fetch(url, { headers: { authorization } })
    expect([answer.status, await answer.text()]).toEqual([200, certificate.text])
  })

  it('answers the signed head when it is read, and when it is to be settled again', async () => {
    const voucherId = await settledSale()
    expect((await show(voucherId)).body.data.certificate).toEqual(head)
    const campaign = await findCampaign(api.database.db, voucherId)
    expect(await askToSettle(voucherId)).toMatchObject({
      status: 200,
      body: { data: { campaign, certificate: head } },
    })
  })
})

describe('to settle', () => {
  it('a campaign that is not closed is refused, and one that does not exist is 404', async () => {
    const { voucherId } = await startSale(api)
    const answer = await askToSettle(voucherId)
    expect(answer).toMatchObject({ status: 409, body: { error: 'CAMPAIGN_STATE' } })
    expect((await askToSettle(temporaryVoucherId())).status).toBe(404)
    expect((await callAdmin(api, { method: 'GET', path: `/campaigns/${voucherId}/settle` })).headers.get('allow')).toBe(
      'POST',
    )
  })

  it('a sale as it is takes a reason', async () => {
    const { voucherId } = await startSale(api)
    const answer = await askToSettle(voucherId, { asItIs: true })
    expect(answer).toMatchObject({ status: 400, body: { error: 'INVALID_REQUEST' } })
  })
})
