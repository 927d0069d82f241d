import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GateInputError, gateKeys } from '../src/gate/index.js'
import { keyDigestOf } from '../src/gate/input.js'
import {
  admitUsers,
  anyVoucher,
  dump,
  type GateFixture,
  gateFixture,
  lanesOf,
  openCampaign,
  request,
  takeRequest,
} from './gate-fixture.js'

let fixture: GateFixture
beforeAll(async () => {
  fixture = await gateFixture()
})
afterAll(async () => fixture.close())

describe('take', () => {
  it('gives the head of the stream in order of admission and assigns the holds', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture)
    const ids = await admitUsers(gate, voucherId, 5)
    const asked = takeRequest(voucherId, { maxLanes: 3 })
    const taken = lanesOf(await gate.take(asked))
    expect(taken).toMatchObject({ status: 'taken', runId: asked.runId })
    expect(taken.lanes.map((lane) => [lane.reservationId, lane.userId, lane.quantity, lane.seq])).toEqual(
      ids.slice(0, 3).map((id, i) => [id, i + 1, 1, i + 1]),
    )
    expect(await gate.hold(voucherId, ids[0] ?? '')).toMatchObject({ state: 'ASSIGNED', runId: asked.runId })
    expect(await gate.hold(voucherId, ids[3] ?? '')).toMatchObject({ state: 'WAITING', runId: null })
    expect(await gate.audit(voucherId)).toMatchObject({ waiting: 2, runs: 1, held: 5 })
    const rest = lanesOf(await gate.take(takeRequest(voucherId)))
    expect(rest.lanes.map((lane) => lane.reservationId)).toEqual(ids.slice(3))
  })

  it('gives a lane exactly as it was admitted', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture, { limitPerUser: 5 })
    const asked = request(voucherId, 77, { quantity: 4, idempotencyKey: 'k' })
    const admission = await gate.admit(asked)
    if (admission.status !== 'admitted') throw new Error(admission.status)
    const { reservationId, seq, admittedAt } = admission
    expect(lanesOf(await gate.take(takeRequest(voucherId))).lanes).toEqual([
      {
        reservationId,
        voucherId,
        userId: 77,
        quantity: 4,
        seq,
        admittedAt,
        termsVersion: 1,
        keyDigest: keyDigestOf('k'),
      },
    ])
  })

  it('gives the run of a passed lease again, the same lanes in the same bytes, and extends it', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await openCampaign(fixture)
    await admitUsers(gate, voucherId, 4)
    const first = lanesOf(await gate.take(takeRequest(voucherId, { maxLanes: 2, leaseMs: 0 })))
    const record = await redis.hget(gateKeys(voucherId).runs, first.runId)
    const again = lanesOf(await gate.take(takeRequest(voucherId, { maxLanes: 1 })))
    expect(again).toEqual({ ...first, status: 'again' })
    expect(await redis.hget(gateKeys(voucherId).runs, first.runId)).toBe(record)
    expect(lanesOf(await gate.take(takeRequest(voucherId))).runId).not.toBe(first.runId)
  })

  it('gives passed leases before new admissions and also when no more runs may be opened', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture)
    await admitUsers(gate, voucherId, 4)
    const first = lanesOf(await gate.take(takeRequest(voucherId, { maxLanes: 1, leaseMs: 0 })))
    const again = lanesOf(await gate.take(takeRequest(voucherId, { maxLanes: 1, maxOpenRuns: 1 })))
    expect(again).toEqual({ ...first, status: 'again' })
    expect(await gate.take(takeRequest(voucherId, { maxOpenRuns: 1 }))).toEqual({ status: 'busy' })
    await gate.settle(voucherId, first.runId)
    expect(lanesOf(await gate.take(takeRequest(voucherId, { maxOpenRuns: 1 }))).lanes).toHaveLength(3)
  })

  it('skips what was released meanwhile', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture)
    const ids = await admitUsers(gate, voucherId, 3)
    await gate.release(voucherId, [{ reservationId: ids[1] ?? '', reason: 'CANCELLED' }])
    const taken = lanesOf(await gate.take(takeRequest(voucherId)))
    expect(taken.lanes.map((lane) => lane.reservationId)).toEqual([ids[0], ids[2]])
    expect(await gate.audit(voucherId)).toMatchObject({ waiting: 0, runs: 1 })
  })

  it('makes no run when all that waited was released', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture)
    const ids = await admitUsers(gate, voucherId, 3)
    await gate.release(
      voucherId,
      ids.map((reservationId) => ({ reservationId, reason: 'CANCELLED' })),
    )
    expect(await gate.take(takeRequest(voucherId))).toEqual({ status: 'empty' })
    expect(await gate.audit(voucherId)).toMatchObject({ waiting: 0, runs: 0 })
  })

  it('that finds nothing writes nothing', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await openCampaign(fixture)
    const before = await dump(redis, voucherId)
    expect(await gate.take(takeRequest(voucherId))).toEqual({ status: 'empty' })
    expect(await dump(redis, voucherId)).toEqual(before)
    const unknown = anyVoucher()
    expect(await gate.take(takeRequest(unknown))).toEqual({ status: 'unknown' })
    expect(await dump(redis, unknown)).toEqual({})
  })

  it('gives the waiting admissions of a paused and of a closed campaign', async () => {
    const { gate } = fixture
    const campaign = await openCampaign(fixture)
    const { voucherId } = campaign
    await admitUsers(gate, voucherId, 2)
    await gate.apply({ ...campaign, version: 2, state: 'PAUSED' })
    expect(lanesOf(await gate.take(takeRequest(voucherId, { maxLanes: 1 }))).lanes).toHaveLength(1)
    await gate.apply({ ...campaign, version: 3, state: 'CLOSED' })
    expect(lanesOf(await gate.take(takeRequest(voucherId))).lanes).toHaveLength(1)
  })

  it('closes the gate when the server is not the one the campaign was made on', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await openCampaign(fixture)
    await admitUsers(gate, voucherId, 1)
    await redis.hset(gateKeys(voucherId).campaign, 'run_id', 'another')
    expect(await gate.take(takeRequest(voucherId))).toEqual({ status: 'recovering' })
    expect(await gate.take(takeRequest(voucherId))).toEqual({ status: 'recovering' })
    expect(await gate.audit(voucherId)).toMatchObject({ state: 'RECOVERING', waiting: 1, runs: 0 })
  })

  it('takes 5,000 lanes at once, each exactly once', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture, { total: 5_000 })
    const ids = await admitUsers(gate, voucherId, 5_000)
    const { lanes, runId } = lanesOf(await gate.take(takeRequest(voucherId, { maxLanes: 5_000 })))
    expect(lanes.map((lane) => lane.reservationId)).toEqual(ids)
    for (const id of [ids[0], ids[499], ids[500], ids[4_999]]) {
      expect(await gate.hold(voucherId, id ?? '')).toMatchObject({ state: 'ASSIGNED', runId })
    }
    expect(await gate.audit(voucherId)).toMatchObject({ waiting: 0, runs: 1, held: 5_000 })
  })

  it('under a run id that is open gives that run, not other lanes', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture)
    await admitUsers(gate, voucherId, 4)
    const asked = takeRequest(voucherId, { maxLanes: 2 })
    const first = lanesOf(await gate.take(asked))
    expect(await gate.take(asked)).toEqual({ ...first, status: 'again' })
  })

  it.each([
    ['a run id with a separator', { runId: 'a|b' }],
    ['no run id', { runId: '' }],
    ['no lanes', { maxLanes: 0 }],
    ['a negative lease', { leaseMs: -1 }],
    ['no open run', { maxOpenRuns: 0 }],
  ])('with %s is refused before Redis sees it', async (_, overrides) => {
    await expect(fixture.gate.take(takeRequest(anyVoucher(), overrides))).rejects.toThrow(GateInputError)
  })
})

describe('settle', () => {
  it('forgets record and lease; twice and unknown change nothing', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await openCampaign(fixture)
    await admitUsers(gate, voucherId, 2)
    const first = lanesOf(await gate.take(takeRequest(voucherId, { maxLanes: 1, leaseMs: 0 })))
    await gate.settle(voucherId, first.runId)
    const keys = gateKeys(voucherId)
    expect(await redis.exists(keys.runs, keys.leases)).toBe(0)
    const before = await dump(redis, voucherId)
    await gate.settle(voucherId, first.runId)
    await gate.settle(voucherId, 'purchase-unknown')
    expect(await dump(redis, voucherId)).toEqual(before)
    expect(lanesOf(await gate.take(takeRequest(voucherId))).lanes[0]?.userId).toBe(2)
  })
})
