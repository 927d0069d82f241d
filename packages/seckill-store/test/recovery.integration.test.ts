import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AdmittedLane, gateKeys } from '../src/gate/index.js'
import { closeCampaign, restockCampaign, settleCampaign } from '../src/mysql/index.js'
import { unsettledCampaigns } from '../src/recovery/index.js'
import { seedCampaign } from '../src/testing/index.js'
import { anyCertificate } from './any-certificate.js'
import { admitUsers, anyVoucher, dump, lanesOf, request, takeRequest } from './gate-fixture.js'
import { own, type RecoveryFixture, recoveryFixture, restart, runLanes, sale, soundAudit } from './recovery-fixture.js'

let fixture: RecoveryFixture
beforeAll(async () => {
  fixture = await recoveryFixture()
})
afterAll(async () => fixture.close())

describe('Redis killed and started again', () => {
  it('with all its writes: take answers recovering, and the gate reopens at once as it was', async () => {
    const { gate } = fixture
    const { voucherId } = await sale(fixture, { total: 10 })
    const ids = await admitUsers(gate, voucherId, 6)
    const { lanes, runId } = await runLanes(fixture, voucherId, 2)
    await own(fixture, lanes, runId, 'AWAITING_PAYMENT')
    const open = lanesOf(await gate.take(takeRequest(voucherId, { maxLanes: 1, leaseMs: 0 })))
    const before = await soundAudit(fixture, voucherId)
    await restart(fixture)
    expect(await gate.take(takeRequest(voucherId))).toEqual({ status: 'recovering' })
    expect(await gate.admit(request(voucherId, 77))).toMatchObject({ code: 'RECOVERING' })
    expect(await fixture.recover(voucherId)).toBe('reopened')
    expect(await soundAudit(fixture, voucherId)).toEqual({ ...before, now: expect.any(Number) })
    expect(lanesOf(await gate.take(takeRequest(voucherId)))).toEqual({ ...open, status: 'again' })
    expect(await gate.admit(request(voucherId, 77))).toMatchObject({ status: 'admitted', seq: 7 })
    expect(await gate.hold(voucherId, ids[5] ?? '')).toMatchObject({ state: 'WAITING' })
    expect(await fixture.recover(voucherId)).toBe('open')
  })

  it('reopens in the state MySQL has', async () => {
    const { gate, db } = fixture
    const campaign = await sale(fixture, { state: 'WARM' })
    await restart(fixture)
    expect(await fixture.recover(campaign.voucherId)).toBe('reopened')
    expect(await gate.audit(campaign.voucherId)).toMatchObject({ state: 'WARM' })
    const closed = await closeCampaign(db, campaign.voucherId, { actor: 'test' })
    if (closed.gate !== null) await gate.apply(closed.gate)
    await restart(fixture)
    expect(await fixture.recover(campaign.voucherId)).toBe('reopened')
    expect(await gate.audit(campaign.voucherId)).toMatchObject({ state: 'CLOSED' })
  })

  it('without admissions that MySQL knows: rebuilt, the sums hold, no number is given twice', async () => {
    const { gate } = fixture
    const { voucherId } = await sale(fixture, { total: 10 })
    await admitUsers(gate, voucherId, 8)
    const { lanes, runId } = await runLanes(fixture, voucherId, 6)
    await own(fixture, lanes, runId, 'AWAITING_PAYMENT')
    await restart(fixture, 8)
    expect(await gate.take(takeRequest(voucherId))).toEqual({ status: 'recovering' })
    expect(await fixture.recover(voucherId)).toBe('rebuilt')
    expect(await soundAudit(fixture, voucherId)).toMatchObject({
      state: 'OPEN',
      stock: 4,
      held: 6,
      seq: 6,
      leftovers: 0,
    })
    expect(await gate.take(takeRequest(voucherId))).toEqual({ status: 'empty' })
    expect(await gate.admit(request(voucherId, 1))).toMatchObject({ code: 'LIMIT_REACHED' })
    expect(await gate.admit(request(voucherId, 7))).toMatchObject({ status: 'admitted', seq: 7 })
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    'without its last %i commands of a mixed sale the sums hold',
    async (lost) => {
      const { gate } = fixture
      const { voucherId } = await sale(fixture, { total: 20, limitPerUser: 2 })
      await admitUsers(gate, voucherId, 8)
      const first = await runLanes(fixture, voucherId, 4)
      await own(fixture, first.lanes.slice(0, 2), first.runId, 'PAID')
      await own(fixture, first.lanes.slice(2), first.runId, 'REFUSED')
      await gate.admit(request(voucherId, 100, { quantity: 2 }))
      await gate.release(
        voucherId,
        first.lanes.slice(2).map(({ reservationId }) => ({ reservationId, reason: 'SOLD_OUT' })),
      )
      const second = await runLanes(fixture, voucherId, 9)
      await own(fixture, second.lanes, second.runId, 'AWAITING_PAYMENT')
      await restart(fixture, lost)
      expect(await fixture.recover(voucherId)).toMatch(/reopened|rebuilt/)
      // Live in MySQL: 2 paid, 4 and one of 2 units awaiting payment.
      const audit = await soundAudit(fixture, voucherId)
      expect(audit).toMatchObject({ state: 'OPEN', held: 8, liveHolds: 7, stock: 12, seq: 9, leftovers: 0 })
      expect(await fixture.recover(voucherId)).toBe('open')
    },
  )

  it('without a release only: reopens at once and makes the release again', async () => {
    const { gate } = fixture
    const { voucherId } = await sale(fixture, { total: 10 })
    await admitUsers(gate, voucherId, 3)
    const { lanes, runId } = await runLanes(fixture, voucherId, 3)
    await own(fixture, lanes, runId, 'REFUSED')
    await gate.release(
      voucherId,
      lanes.map(({ reservationId }) => ({ reservationId, reason: 'SOLD_OUT' })),
    )
    await restart(fixture, 1)
    expect(await fixture.recover(voucherId)).toBe('reopened')
    expect(await soundAudit(fixture, voucherId)).toMatchObject({ stock: 10, held: 0, leftovers: 0 })
  })
})

describe('a gate that is gone', () => {
  const mixedSale = async () => {
    const { gate } = fixture
    const { voucherId } = await sale(fixture, { total: 20, limitPerUser: 3 })
    await admitUsers(gate, voucherId, 4)
    await gate.admit(request(voucherId, 5, { quantity: 3 }))
    const { lanes, runId } = await runLanes(fixture, voucherId, 5)
    const of = (from: number, to: number): AdmittedLane[] => lanes.slice(from, to)
    await own(fixture, of(0, 1), runId, 'PROCESSING')
    await own(fixture, of(1, 2), runId, 'PAID')
    await own(fixture, of(2, 3), runId, 'EXPIRED')
    await own(fixture, of(3, 4), runId, 'CANCELLED')
    await own(fixture, of(4, 5), runId, 'AWAITING_PAYMENT')
    return { voucherId, lanes, runId }
  }

  it('FLUSHALL: unknown to take, rebuilt from live purchases, never from stock.quantity', async () => {
    const { gate, redis, db } = fixture
    const { voucherId, lanes, runId } = await mixedSale()
    await db.updateTable('stock').set({ quantity: 1 }).where('voucher_id', '=', voucherId).execute()
    await redis.flushall()
    expect(await gate.take(takeRequest(voucherId))).toEqual({ status: 'unknown' })
    expect(await fixture.recover(voucherId)).toBe('rebuilt')
    const audit = { state: 'OPEN', total: 20, held: 5, liveHolds: 3, stock: 15, seq: 5, waiting: 0, runs: 0 }
    expect(await soundAudit(fixture, voucherId)).toMatchObject(audit)
    const states = await Promise.all(lanes.map((lane) => gate.hold(voucherId, lane.reservationId)))
    expect(states.map((hold) => hold?.state)).toEqual(['ASSIGNED', 'ASSIGNED', 'RELEASED', 'RELEASED', 'ASSIGNED'])
    expect(states[0]).toMatchObject({ runId, userId: 1, quantity: 1, seq: 1 })
    expect(states[2]).toMatchObject({ reason: 'SOLD_OUT' })
    expect(await gate.admit(request(voucherId, 5))).toMatchObject({ code: 'LIMIT_REACHED' })
    expect(await gate.admit(request(voucherId, 1, { quantity: 2 }))).toMatchObject({ status: 'admitted', seq: 6 })
    const reservationId = lanes[4]?.reservationId ?? ''
    expect(await gate.release(voucherId, [{ reservationId, reason: 'EXPIRED' }])).toEqual({ units: 3, released: 1 })
  })

  const served = async (voucherId: number): Promise<string[]> => {
    const { gate } = fixture
    const ids: string[] = []
    for (;;) {
      const taken = await gate.take(takeRequest(voucherId))
      if (taken.status === 'empty') return ids
      const { runId, lanes } = lanesOf(taken)
      ids.push(...lanes.map((lane) => lane.reservationId))
      await gate.settle(voucherId, runId)
    }
  }

  it.each(['campaign', 'holds', 'admissions', 'runs', 'leases'] as const)(
    'only its %s key: what is left and MySQL give the same sums, and every waiting buyer is still served',
    async (name) => {
      const { gate, redis } = fixture
      const { voucherId } = await mixedSale()
      const waiting = await admitUsers(gate, voucherId, 3, 10)
      const record = lanesOf(await gate.take(takeRequest(voucherId, { maxLanes: 1, leaseMs: 0 })))
      await redis.del(gateKeys(voucherId)[name])
      expect(await fixture.recover(voucherId, true)).toBe('rebuilt')
      // Live in MySQL are 5 units; 3 more wait or are on their way.
      const sums = { held: 8, stock: 12, seq: 8, state: 'OPEN', leftovers: 0 }
      expect(await soundAudit(fixture, voucherId)).toMatchObject(sums)
      await restart(fixture)
      expect(await fixture.recover(voucherId)).toBe('reopened')
      // A lost run record may be that of a run Temporal has: its lanes stay held, and are not given out twice.
      const lanes = name === 'runs' ? waiting.slice(record.lanes.length) : waiting
      expect((await served(voucherId)).sort()).toEqual([...lanes].sort())
    },
  )

  it('is made anew for a warm campaign that it has missed, and unknown stays unknown', async () => {
    const { gate, db } = fixture
    const { voucherId } = await seedCampaign(db, { users: 1, state: 'WARM', total: 7 })
    expect(await fixture.recover(voucherId)).toBe('rebuilt')
    expect(await gate.audit(voucherId)).toMatchObject({ state: 'WARM', total: 7, stock: 7, seq: 0 })
    const draft = await seedCampaign(db, { users: 1, state: 'DRAFT' })
    for (const id of [draft.voucherId, anyVoucher()]) {
      expect(await fixture.recover(id)).toBe('unknown')
      expect(await dump(fixture.redis, id)).toEqual({})
    }
  })

  it('was warmed up again over lost holds: it is mended while it is open', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await mixedSale()
    const campaign = { ...(await sale(fixture)), voucherId, total: 20, version: 99 }
    await redis.del(...Object.values(gateKeys(voucherId)))
    expect(await gate.apply(campaign)).toEqual({ status: 'applied', stock: 20 })
    expect(await fixture.recover(voucherId)).toBe('mended')
    expect(await soundAudit(fixture, voucherId)).toMatchObject({ stock: 15, held: 5, seq: 5 })
  })
})

describe('MySQL against the gate', () => {
  it('a version the gate missed is applied without a rebuild', async () => {
    const { gate, db } = fixture
    const { voucherId } = await sale(fixture, { total: 10 })
    await admitUsers(gate, voucherId, 2)
    await restockCampaign(db, voucherId, { actor: 'test', units: 5, operationId: 'more' })
    expect(await fixture.recover(voucherId)).toBe('open')
    expect(await soundAudit(fixture, voucherId)).toMatchObject({ total: 15, stock: 13, held: 2 })
  })

  it('a version missed while Redis was down makes a rebuild', async () => {
    const { gate, db } = fixture
    const { voucherId } = await sale(fixture, { total: 10 })
    await admitUsers(gate, voucherId, 2)
    await restart(fixture)
    await restockCampaign(db, voucherId, { actor: 'test', units: 5, operationId: 'more-still' })
    expect(await fixture.recover(voucherId)).toBe('rebuilt')
    expect(await soundAudit(fixture, voucherId)).toMatchObject({ total: 15, stock: 13, held: 2, waiting: 2 })
  })

  it('live holds above the total: stock is 0, and units given back fill the gap first', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await sale(fixture, { total: 3 })
    const ids = await admitUsers(gate, voucherId, 3)
    const { lanes, runId } = await runLanes(fixture, voucherId, 3)
    const twice = lanes.map((lane, i) => ({ ...lane, reservationId: `${voucherId}-${'a'.repeat(25)}${'bcd'[i]}` }))
    await own(fixture, [...lanes, ...twice.map((lane) => ({ ...lane, userId: lane.userId + 10 }))], runId, 'PROCESSING')
    await redis.flushall()
    expect(await fixture.recover(voucherId)).toBe('rebuilt')
    expect(await soundAudit(fixture, voucherId)).toMatchObject({ total: 3, held: 6, stock: 0 })
    expect(await gate.admit(request(voucherId, 99))).toMatchObject({ code: 'SOLD_OUT' })
    const release = (reservationId = '') => gate.release(voucherId, [{ reservationId, reason: 'SOLD_OUT' }])
    for (const id of ids) await release(id)
    expect(await soundAudit(fixture, voucherId)).toMatchObject({ held: 3, stock: 0 })
    await release(twice[0]?.reservationId)
    expect(await soundAudit(fixture, voucherId)).toMatchObject({ held: 2, stock: 1 })
  })

  it('live holds above the total: a restock fills the gap before it is stock', async () => {
    const { gate, redis } = fixture
    const campaign = await sale(fixture, { total: 3 })
    const { voucherId } = campaign
    await admitUsers(gate, voucherId, 3)
    await redis.hset(gateKeys(voucherId).campaign, 'total', 1)
    const restocked = await gate.apply({ ...campaign, version: campaign.version + 1, total: 5 })
    expect(restocked).toEqual({ status: 'applied', stock: 2 })
    expect(await soundAudit(fixture, voucherId)).toMatchObject({ total: 5, held: 3, stock: 2 })
  })

  it('a number given out before is not given out again, although the holds and the stream have lost it', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await sale(fixture)
    await admitUsers(gate, voucherId, 4)
    await redis.del(gateKeys(voucherId).holds, gateKeys(voucherId).admissions)
    expect(await fixture.recover(voucherId, true)).toBe('rebuilt')
    expect(await gate.admit(request(voucherId, 1))).toMatchObject({ status: 'admitted', seq: 5 })
  })

  it('lists the campaigns to serve from MySQL: warm, open, paused and closed, not drafts and settled ones', async () => {
    const { db } = fixture
    const warm = await seedCampaign(db, { users: 1, state: 'WARM' })
    const closed = await seedCampaign(db, { users: 1 })
    await closeCampaign(db, closed.voucherId, { actor: 'test' })
    const draft = await seedCampaign(db, { users: 1, state: 'DRAFT' })
    const settled = await seedCampaign(db, { users: 1 })
    await closeCampaign(db, settled.voucherId, { actor: 'test' })
    await settleCampaign(db, settled.voucherId, { actor: 'test', certificate: anyCertificate })
    const listed = await unsettledCampaigns(db)
    expect(listed).toEqual(expect.arrayContaining([warm.voucherId, closed.voucherId]))
    expect(listed).not.toContain(draft.voucherId)
    expect(listed).not.toContain(settled.voucherId)
    expect(await fixture.recover(settled.voucherId)).toBe('unknown')
  })
})
