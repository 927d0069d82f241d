import { gateKeys } from 'seckill-store/gate'
import { closeCampaign, findCampaign, listAudit, pauseCampaign, restockCampaign } from 'seckill-store/mysql'
import type { SeededCampaign } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { callAdmin } from './call-admin.js'
import { redisOf } from './redis-of.js'
import { buy, startSale } from './sale.js'

let api: ApiUnderTest

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

interface Verb {
  readonly method: 'POST' | 'PATCH'
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
  /** The action in the audit. */
  readonly action: string
}

/** The changes of a sale that is under way; a resume opens a campaign that is paused. */
const changes: Readonly<Record<string, Verb>> = {
  pause: { method: 'POST', path: '/pause', body: {}, action: 'pause' },
  resume: { method: 'POST', path: '/open', body: {}, action: 'open' },
  restock: { method: 'POST', path: '/restock', body: { units: 3 }, action: 'restock' },
  edit: { method: 'PATCH', path: '', body: { priceMinor: 500 }, action: 'edit' },
  close: { method: 'POST', path: '/close', body: {}, action: 'close' },
}
const named = Object.entries(changes)

function call({ method, path, body }: Verb, voucherId: number, more: { reason?: string; version?: number } = {}) {
  const { reason, version } = more
  return callAdmin(api, {
    method,
    path: `/campaigns/${voucherId}${path}`,
    body: { ...body, ...(reason !== undefined && { reason }) },
    headers: version === undefined ? {} : { 'if-match': `"${version}"` },
  })
}

/** A sale that the change can be made of: open, or paused where it is to be resumed. */
async function saleFor(name: string): Promise<SeededCampaign> {
  const sale = await startSale(api, { total: 4 })
  if (name !== 'resume') return sale
  const { campaign, gate } = await pauseCampaign(api.database.db, sale.voucherId, { actor: 'test' })
  if (gate !== null) await api.dependencies.gate.apply(gate)
  return { ...sale, campaign, gate }
}

/** Everything that a change may touch: the campaign, its stock, its ledger, its audit and its gate. */
async function everything(voucherId: number) {
  const { db } = api.database
  const { now: _, ...gate } = (await api.dependencies.gate.audit(voucherId)) ?? { now: 0 }
  return {
    campaign: await findCampaign(db, voucherId),
    ledger: await db.selectFrom('stock_ledger').selectAll().where('voucher_id', '=', voucherId).execute(),
    audit: await listAudit(db, `campaign:${voucherId}`),
    gate,
  }
}

describe('in mid-sale', () => {
  it.each(named)('a %s with an old version is 412 and changes nothing', async (name, verb) => {
    const { voucherId, campaign } = await saleFor(name)
    const before = await everything(voucherId)
    const answer = await call(verb, voucherId, { version: campaign.version - 1, reason: 'from an old page' })
    expect([answer.status, answer.body.error]).toEqual([412, 'VERSION_CONFLICT'])
    expect(await everything(voucherId)).toEqual(before)
  })

  it.each(named)('a %s with the version that it has is made once, also when it is sent twice', async (name, verb) => {
    const { voucherId, campaign } = await saleFor(name)
    const { version } = campaign
    const both = await Promise.all([1, 2].map(() => call(verb, voucherId, { version })))
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412])
    expect(await findCampaign(api.database.db, voucherId)).toMatchObject({ version: version + 1 })
  })

  it.each(named)('a %s is audited with its actor and its reason', async (name, verb) => {
    const { voucherId, campaign } = await saleFor(name)
    const reason = `the ${name} of a test`
    expect((await call(verb, voucherId, { reason, version: campaign.version })).status).toBe(200)
    const [row] = await listAudit(api.database.db, `campaign:${voucherId}`)
    expect(row).toMatchObject({ actor: 'user:9', action: `campaign.${verb.action}`, reason })
  })

  it.each([
    ['an empty reason', { reason: ' ' }],
    ['a reason of more than 500 characters', { reason: 'x'.repeat(501) }],
  ])('%s is refused', async (_, body) => {
    const { voucherId } = await startSale(api)
    const answer = await call({ ...changes.pause, body } as Verb, voucherId)
    expect([answer.status, answer.body.error]).toEqual([400, 'INVALID_REQUEST'])
  })
})

describe('a total below what the gate holds', () => {
  const lower = (units: number): Verb => ({ method: 'POST', path: '/restock', body: { units }, action: 'restock' })

  it('is refused and changes nothing; one that leaves the held units is taken', async () => {
    const { voucherId } = await startSale(api, { total: 4 })
    await Promise.all([1, 2, 3].map((user) => buy(api, voucherId, user)))
    const before = await everything(voucherId)
    const answer = await call(lower(-2), voucherId)
    expect([answer.status, answer.body.error]).toEqual([409, 'TOTAL_BELOW_SOLD'])
    expect(answer.body.data.detail).toContain('the gate holds 3 of 4 units')
    expect(await everything(voucherId)).toEqual(before)
    expect((await call(lower(-1), voucherId)).body.data).toMatchObject({
      campaign: { total: 3 },
      gate: { status: 'in-step' },
    })
  })

  it('cannot be judged while the gate is recovering: it is 503 and changes nothing, and more units are taken', async () => {
    const { voucherId } = await startSale(api, { total: 4 })
    const redis = redisOf()
    await redis.hset(gateKeys(voucherId).campaign, 'state', 'RECOVERING')
    const answer = await call(lower(-1), voucherId)
    expect([answer.status, answer.body.error]).toEqual([503, 'RECOVERING'])
    expect(await findCampaign(api.database.db, voucherId)).toMatchObject({ total: 4 })
    expect((await call(lower(1), voucherId)).status).toBe(200)
    redis.disconnect()
  })

  it('that was taken while the gate admitted on is told, and the sale can be paused and closed', async () => {
    const { voucherId } = await startSale(api, { total: 4 })
    await Promise.all([1, 2, 3].map((user) => buy(api, voucherId, user)))
    const operationId = `between-${voucherId}`
    await restockCampaign(api.database.db, voucherId, { units: -2, operationId, actor: 'test' })
    const answer = await call({ ...lower(0), path: '/pause', body: {} }, voucherId)
    expect(answer).toMatchObject({ status: 200, body: { data: { gate: { status: 'in-step', heldAboveTotal: 1 } } } })
    expect((await buy(api, voucherId, 4)).body.error).toBe('PAUSED')
    expect((await call(changes.close as Verb, voucherId)).status).toBe(200)
    expect((await buy(api, voucherId, 4)).body.error).toBe('ENDED')
  })
})

describe('a closed campaign', () => {
  const attempts: readonly (readonly [string, Verb])[] = [
    ['opened', changes.resume as Verb],
    ['warmed up', { ...(changes.resume as Verb), path: '/warmup' }],
    ['paused', changes.pause as Verb],
    ['restocked', changes.restock as Verb],
    ['edited', changes.edit as Verb],
  ]
  it.each(attempts)('cannot be %s again', async (_, verb) => {
    const { voucherId } = await startSale(api)
    const { campaign, gate } = await closeCampaign(api.database.db, voucherId, { actor: 'test' })
    if (gate !== null) await api.dependencies.gate.apply(gate)
    const before = await everything(voucherId)
    const answer = await call(verb, voucherId, { version: campaign.version })
    expect([answer.status, answer.body.error]).toEqual([409, 'CAMPAIGN_STATE'])
    expect(await everything(voucherId)).toEqual(before)
    expect((await buy(api, voucherId, 1)).body.error).toBe('ENDED')
  })
})
