import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GateRecoveringError, gateKeys, newReservationId } from '../src/gate/index.js'
import {
  admitUsers,
  anyVoucher,
  dump,
  type GateFixture,
  gateFixture,
  lanesOf,
  openCampaign,
  recount,
  request,
  takeRequest,
} from './gate-fixture.js'

let fixture: GateFixture
beforeAll(async () => {
  fixture = await gateFixture()
})
afterAll(async () => fixture.close())

function naming(ids: readonly string[], reason = 'SOLD_OUT') {
  return ids.map((reservationId) => ({ reservationId, reason }))
}

describe('release', () => {
  it('fault 5 of the seed, release x100 adds once', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture, { limitPerUser: 3 })
    const asked = request(voucherId, 7, { quantity: 3 })
    await gate.admit(asked)
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => gate.release(voucherId, naming([asked.reservationId]))),
    )
    expect(answers.reduce((sum, one) => sum + one.units, 0)).toBe(3)
    expect(answers.reduce((sum, one) => sum + one.released, 0)).toBe(1)
    expect(await gate.audit(voucherId)).toMatchObject({ stock: 10, held: 0, liveHolds: 0 })
  })

  it('named a hundred times in one call adds once', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture)
    const [id = ''] = await admitUsers(gate, voucherId, 1)
    const answer = await gate.release(voucherId, naming(Array.from({ length: 100 }, () => id)))
    expect(answer).toEqual({ units: 1, released: 1 })
    expect(await gate.audit(voucherId)).toMatchObject({ stock: 10, held: 0 })
  })

  it('leaves a tombstone with user, run and reason, and the user may buy again', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture)
    const [id = ''] = await admitUsers(gate, voucherId, 1)
    const { runId } = lanesOf(await gate.take(takeRequest(voucherId)))
    await gate.release(voucherId, naming([id], 'USER_BLOCKED'))
    expect(await gate.hold(voucherId, id)).toMatchObject({
      userId: 1,
      quantity: 1,
      seq: 1,
      state: 'RELEASED',
      runId,
      reason: 'USER_BLOCKED',
    })
    expect(await gate.admit(request(voucherId, 1))).toMatchObject({ status: 'admitted', seq: 2 })
  })

  it('reduces only the mark of the named reservation when a user has several', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture, { limitPerUser: 5 })
    const asked = [1, 2, 2].map((quantity) => request(voucherId, 7, { quantity }))
    for (const one of asked) await gate.admit(one)
    const ids = asked.map((one) => one.reservationId)
    await gate.release(voucherId, naming([ids[1] ?? '']))
    expect(await gate.admit(request(voucherId, 7, { quantity: 3 }))).toEqual({
      status: 'refused',
      code: 'LIMIT_REACHED',
      reservationIds: [ids[0], ids[2]],
      left: 2,
    })
    await gate.release(voucherId, naming([ids[0] ?? '', ids[2] ?? '']))
    expect(await gate.admit(request(voucherId, 7, { quantity: 5 }))).toMatchObject({ status: 'admitted' })
  })

  it('of what the gate does not know is a no-op: reservation, voucher, foreign or broken id', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await openCampaign(fixture)
    const before = await dump(redis, voucherId)
    const strange = [newReservationId(voucherId), newReservationId(1), 'u:1', '', "']; --", `${voucherId}-u:1`]
    expect(await gate.release(voucherId, naming(strange))).toEqual({ units: 0, released: 0 })
    expect(await gate.release(voucherId, [])).toEqual({ units: 0, released: 0 })
    expect(await dump(redis, voucherId)).toEqual(before)
    const unknown = anyVoucher()
    expect(await gate.release(unknown, naming([newReservationId(unknown)]))).toEqual({ units: 0, released: 0 })
    expect(await dump(redis, unknown)).toEqual({})
  })

  it('keeps a reason with separators, quotes and Chinese whole', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture)
    const reason = 'a|b\n"c"|售罄'
    const [waiting = '', assigned = ''] = await admitUsers(gate, voucherId, 2)
    await gate.release(voucherId, naming([waiting], reason))
    lanesOf(await gate.take(takeRequest(voucherId)))
    await gate.release(voucherId, naming([assigned], reason))
    expect(await gate.hold(voucherId, waiting)).toMatchObject({ reason, runId: null })
    expect(await gate.hold(voucherId, assigned)).toMatchObject({ reason })
  })

  it('rejects while the gate is recovering, so that the caller tries again', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await openCampaign(fixture)
    const ids = await admitUsers(gate, voucherId, 1)
    await redis.hset(gateKeys(voucherId).campaign, 'state', 'RECOVERING')
    const before = await dump(redis, voucherId)
    await expect(gate.release(voucherId, naming(ids))).rejects.toThrow(GateRecoveringError)
    expect(await dump(redis, voucherId)).toEqual(before)
  })

  it('of 5,000 reservations in one call returns every unit', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture, { total: 5_000 })
    const ids = await admitUsers(gate, voucherId, 5_000)
    expect(await gate.release(voucherId, naming(ids))).toEqual({ units: 5_000, released: 5_000 })
    expect(await gate.audit(voucherId)).toMatchObject({ stock: 5_000, held: 0, liveHolds: 0 })
    expect(await recount(gate, voucherId)).toEqual({ held: 0, liveHolds: 0 })
  })
})

describe('hold', () => {
  it('is null for what the gate does not know', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture)
    await admitUsers(gate, voucherId, 1)
    for (const id of [newReservationId(voucherId), newReservationId(1), 'u:1', '', `${voucherId}-u:1`]) {
      expect(await gate.hold(voucherId, id)).toBeNull()
    }
  })
})

describe('what is read at once', () => {
  it('several holds by reservation, without those that the gate does not know', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture)
    const [first = '', second = ''] = await admitUsers(gate, voucherId, 2)
    await gate.release(voucherId, naming([second]))
    const found = await gate.holds(voucherId, [first, newReservationId(voucherId), second, `${voucherId + 1}-foreign`])
    expect([...found].map(([id, { userId, state }]) => [id, userId, state])).toEqual([
      [first, 1, 'WAITING'],
      [second, 2, 'RELEASED'],
    ])
    expect(await gate.holds(voucherId, [])).toEqual(new Map())
  })

  it('the length of the queue and the number of its first admission', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture)
    expect(await gate.queue(voucherId)).toEqual({ waiting: 0, firstSeq: null })
    await admitUsers(gate, voucherId, 3)
    expect(await gate.queue(voucherId)).toEqual({ waiting: 3, firstSeq: 1 })
    await gate.take({ ...takeRequest(voucherId), maxLanes: 2 })
    expect(await gate.queue(voucherId)).toEqual({ waiting: 1, firstSeq: 3 })
  })
})
