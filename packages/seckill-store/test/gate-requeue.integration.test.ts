import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GateRecoveringError, gateKeys } from '../src/gate/index.js'
import { admitUsers, dump, type GateFixture, gateFixture, lanesOf, openCampaign, takeRequest } from './gate-fixture.js'

let fixture: GateFixture
beforeAll(async () => {
  fixture = await gateFixture()
})
afterAll(async () => fixture.close())

const waiting = (reservationId: string) => ({ reservationId, runId: null })

describe('requeue', () => {
  it('gives an admission that the stream lost to the next take, with its whole input', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await openCampaign(fixture)
    const [id = ''] = await admitUsers(gate, voucherId, 1)
    await redis.del(gateKeys(voucherId).admissions)
    expect(await gate.take(takeRequest(voucherId))).toEqual({ status: 'empty' })
    expect(await gate.requeue(voucherId, [waiting(id)])).toEqual([id])
    const { lanes } = lanesOf(await gate.take(takeRequest(voucherId)))
    expect(lanes).toMatchObject([{ reservationId: id, userId: 1, quantity: 1, seq: 1, termsVersion: 1 }])
    expect(await gate.audit(voucherId)).toMatchObject({ held: 1, liveHolds: 1, stock: 9, waiting: 0, seq: 1 })
  })

  it('takes a lane from a run that has no record any more, for the next run', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture)
    const [id = ''] = await admitUsers(gate, voucherId, 1)
    const { runId } = lanesOf(await gate.take(takeRequest(voucherId)))
    await gate.settle(voucherId, runId)
    expect(await gate.requeue(voucherId, [{ reservationId: id, runId }])).toEqual([id])
    expect(await gate.hold(voucherId, id)).toMatchObject({ state: 'WAITING', runId: null })
    const next = lanesOf(await gate.take(takeRequest(voucherId)))
    expect(next.lanes.map((lane) => lane.reservationId)).toEqual([id])
    expect(next.runId).not.toBe(runId)
  })

  it('leaves alone what a run has, what has moved on, and what was released', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await openCampaign(fixture)
    const [recorded = '', moved = '', released = ''] = await admitUsers(gate, voucherId, 3)
    const { runId } = lanesOf(await gate.take(takeRequest(voucherId)))
    await gate.release(voucherId, [{ reservationId: released, reason: 'SOLD_OUT' }])
    const before = await dump(redis, voucherId)
    const asked = [
      { reservationId: recorded, runId },
      waiting(moved),
      { reservationId: moved, runId: 'another' },
      { reservationId: released, runId },
    ]
    expect(await gate.requeue(voucherId, asked)).toEqual([])
    expect(await dump(redis, voucherId)).toEqual(before)
  })

  it('asked for twice gives a waiting admission to one run, once', async () => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture)
    const ids = await admitUsers(gate, voucherId, 3)
    await gate.requeue(voucherId, ids.map(waiting))
    await gate.requeue(voucherId, ids.map(waiting))
    const { lanes } = lanesOf(await gate.take(takeRequest(voucherId)))
    expect(lanes.map((lane) => lane.reservationId)).toEqual(ids)
    expect(await gate.take(takeRequest(voucherId))).toEqual({ status: 'empty' })
  })

  it('is refused while the gate is recovering', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await openCampaign(fixture)
    const ids = await admitUsers(gate, voucherId, 1)
    await redis.hset(gateKeys(voucherId).campaign, 'state', 'RECOVERING')
    await expect(gate.requeue(voucherId, ids.map(waiting))).rejects.toThrow(GateRecoveringError)
  })
})
