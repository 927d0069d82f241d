import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { campaignLimits } from '../src/campaign-limits.js'
import { type GateCampaign, GateInputError, gateKeys } from '../src/gate/index.js'
import {
  admitUsers,
  anyVoucher,
  dump,
  type GateFixture,
  gateFixture,
  lanesOf,
  openCampaign,
  recount,
  redisNow,
  request,
  takeRequest,
} from './gate-fixture.js'

let fixture: GateFixture
beforeAll(async () => {
  fixture = await gateFixture()
})
afterAll(async () => fixture.close())

describe('apply', () => {
  it('warms up a voucher the gate does not know, with all its stock', async () => {
    const { gate, redis } = fixture
    const campaign = await openCampaign(fixture, { state: 'WARM', total: 42 })
    expect(await gate.audit(campaign.voucherId)).toEqual({
      voucherId: campaign.voucherId,
      state: 'WARM',
      version: 1,
      total: 42,
      stock: 42,
      held: 0,
      liveHolds: 0,
      seq: 0,
      waiting: 0,
      runs: 0,
      releasesOwed: false,
      now: expect.any(Number),
    })
    const serverRun = /run_id:(\w+)/.exec(await redis.info('server'))?.[1]
    expect(await redis.hget(gateKeys(campaign.voucherId).campaign, 'run_id')).toBe(serverRun)
  })

  it('ignores a version that is not newer', async () => {
    const { gate, redis } = fixture
    const campaign = await openCampaign(fixture, { version: 5 })
    const before = await dump(redis, campaign.voucherId)
    for (const version of [4, 5]) {
      expect(await gate.apply({ ...campaign, version, total: 99 })).toEqual({ status: 'stale', version: 5 })
    }
    expect(await dump(redis, campaign.voucherId)).toEqual(before)
  })

  it('changes stock by the difference of totals', async () => {
    const { gate } = fixture
    const campaign = await openCampaign(fixture, { total: 10 })
    await admitUsers(gate, campaign.voucherId, 4)
    const restocked = await gate.apply({ ...campaign, version: 2, total: 15 })
    expect(restocked).toEqual({ status: 'applied', stock: 11 })
    const reduced = await gate.apply({ ...campaign, version: 3, total: 4 })
    expect(reduced).toEqual({ status: 'applied', stock: 0 })
    expect(await gate.admit(request(campaign.voucherId, 9))).toMatchObject({ code: 'SOLD_OUT' })
  })

  it.each(['PAUSED', 'CLOSED'] as const)(
    'a sale becomes %s with a total below the units of live holds',
    async (state) => {
      const { gate } = fixture
      const campaign = await openCampaign(fixture, { total: 10 })
      const { voucherId } = campaign
      await admitUsers(gate, voucherId, 4)
      expect(await gate.apply({ ...campaign, version: 2, total: 3 })).toEqual({ status: 'applied', stock: 0 })
      expect(await gate.apply({ ...campaign, version: 3, total: 3, state })).toEqual({ status: 'applied', stock: 0 })
      expect(await gate.audit(voucherId)).toMatchObject({ state, total: 3, held: 4, stock: 0 })
      expect(await gate.admit(request(voucherId, 9))).toMatchObject({ status: 'refused' })
    },
  )

  it('units above a lowered total are not stock again once they are released', async () => {
    const { gate } = fixture
    const campaign = await openCampaign(fixture, { total: 10 })
    const { voucherId } = campaign
    const [first = '', second = ''] = await admitUsers(gate, voucherId, 4)
    await gate.apply({ ...campaign, version: 2, total: 3 })
    await gate.release(voucherId, [{ reservationId: first, reason: 'CANCELLED' }])
    expect(await gate.audit(voucherId)).toMatchObject({ held: 3, stock: 0 })
    await gate.release(voucherId, [{ reservationId: second, reason: 'CANCELLED' }])
    expect(await gate.audit(voucherId)).toMatchObject({ held: 2, stock: 1 })
    expect(await gate.apply({ ...campaign, version: 3, total: 12 })).toEqual({ status: 'applied', stock: 10 })
  })

  it('a sale is paused while Redis is full', async () => {
    const { gate, redis } = fixture
    const campaign = await openCampaign(fixture)
    await redis.config('SET', 'maxmemory', '1mb')
    try {
      expect(await gate.apply({ ...campaign, version: 2, state: 'PAUSED' })).toMatchObject({ status: 'applied' })
    } finally {
      await redis.config('SET', 'maxmemory', '0')
    }
    expect(await gate.audit(campaign.voucherId)).toMatchObject({ state: 'PAUSED', version: 2 })
  })

  it('takes each value that MySQL takes, to its limits', async () => {
    const { gate } = fixture
    const campaign = await openCampaign(fixture)
    const { total, limitPerUser, beginsAt, endsAt } = campaignLimits
    const most = { total: total.most, limitPerUser: limitPerUser.most, beginsAt: beginsAt.least, endsAt: endsAt.most }
    const applied = await gate.apply({ ...campaign, version: 2, ...most })
    expect(applied).toEqual({ status: 'applied', stock: total.most })
    expect(await gate.admit(request(campaign.voucherId, 1))).toMatchObject({ status: 'admitted' })
    expect(await gate.apply({ ...campaign, version: 3, total: total.least })).toMatchObject({ status: 'applied' })
  })

  it('never warms up a closed campaign again, but follows its version', async () => {
    const { gate } = fixture
    const campaign = await openCampaign(fixture, { state: 'CLOSED' })
    for (const state of ['WARM', 'OPEN', 'PAUSED'] as const) {
      expect(await gate.apply({ ...campaign, version: 2, state })).toEqual({ status: 'closed' })
    }
    expect(await gate.apply({ ...campaign, version: 2 })).toEqual({ status: 'applied', stock: 10 })
    expect(await gate.audit(campaign.voucherId)).toMatchObject({ state: 'CLOSED', version: 2 })
  })

  it('answers recovering when the gate is, or when only part of it is left', async () => {
    const { gate, redis } = fixture
    const campaign = await openCampaign(fixture)
    const { voucherId } = campaign
    await redis.hset(gateKeys(voucherId).campaign, 'state', 'RECOVERING')
    expect(await gate.apply({ ...campaign, version: 2 })).toEqual({ status: 'recovering' })
    const half = await openCampaign(fixture)
    await admitUsers(gate, half.voucherId, 1)
    await redis.del(gateKeys(half.voucherId).campaign)
    const before = await dump(redis, half.voucherId)
    expect(await gate.apply({ ...half, version: 2 })).toEqual({ status: 'recovering' })
    expect(await dump(redis, half.voucherId)).toEqual(before)
  })

  it('leaves a gate that is gone to a recovery when it must not create it', async () => {
    const { gate, redis } = fixture
    const campaign = await openCampaign(fixture)
    const change = { ...campaign, version: 2, total: 12 }
    expect(await gate.apply(change, { creates: false })).toEqual({ status: 'applied', stock: 12 })
    await redis.del(...Object.values(gateKeys(campaign.voucherId)))
    expect(await gate.apply(change, { creates: false })).toEqual({ status: 'recovering' })
    expect(await dump(redis, campaign.voucherId)).toEqual({})
  })

  it('changes window and limit of a running sale', async () => {
    const { gate, redis } = fixture
    const campaign = await openCampaign(fixture)
    await admitUsers(gate, campaign.voucherId, 1)
    await gate.apply({ ...campaign, version: 2, limitPerUser: 2 })
    expect(await gate.admit(request(campaign.voucherId, 1))).toMatchObject({ status: 'admitted' })
    await gate.apply({ ...campaign, version: 3, endsAt: (await redisNow(redis)) - 1 })
    expect(await gate.admit(request(campaign.voucherId, 2))).toMatchObject({ code: 'ENDED' })
  })

  it.each([
    ['a negative total', { total: -1 }],
    ['a broken total', { total: 1.5 }],
    ['no time', { beginsAt: Number.NaN }],
    ['a state of the gate’s own', { state: 'RECOVERING' as GateCampaign['state'] }],
    ['a draft', { state: 'DRAFT' as GateCampaign['state'] }],
    ['voucher 0', { voucherId: 0 }],
  ])('%s is refused before Redis sees it', async (_, overrides) => {
    await expect(openCampaign(fixture, overrides)).rejects.toThrow(GateInputError)
  })
})

describe('audit', () => {
  it('is null for a voucher the gate does not know', async () => {
    expect(await fixture.gate.audit(anyVoucher())).toBeNull()
  })

  it('reads waiting entries, open runs and units at once, and agrees with a recount', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture, { total: 5_000, limitPerUser: 9 })
    await admitUsers(gate, voucherId, 3_000)
    await gate.admit(request(voucherId, 9_999, { quantity: 5, idempotencyKey: 'k' }))
    lanesOf(await gate.take(takeRequest(voucherId, { maxLanes: 1_000 })))
    expect(await gate.audit(voucherId)).toMatchObject({
      stock: 1_995,
      held: 3_005,
      liveHolds: 3_001,
      seq: 3_001,
      waiting: 2_001,
      runs: 1,
    })
    expect(await recount(gate, voucherId)).toEqual({ held: 3_005, liveHolds: 3_001 })
  })

  it('closes the gate when the server is not the one the campaign was made on', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await openCampaign(fixture)
    await redis.hset(gateKeys(voucherId).campaign, 'run_id', 'another')
    expect(await gate.audit(voucherId)).toMatchObject({ state: 'RECOVERING', stock: 10 })
    expect(await gate.admit(request(voucherId, 1))).toMatchObject({ code: 'RECOVERING' })
  })
})
