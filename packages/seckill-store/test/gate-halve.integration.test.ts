import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gateKeys } from '../src/gate/index.js'
import { admitUsers, type GateFixture, gateFixture, lanesOf, openCampaign, takeRequest } from './gate-fixture.js'

let fixture: GateFixture
beforeAll(async () => {
  fixture = await gateFixture()
})
afterAll(async () => fixture.close())

async function takenRun(users: number) {
  const { voucherId } = await openCampaign(fixture)
  const ids = await admitUsers(fixture.gate, voucherId, users)
  const { runId } = lanesOf(await fixture.gate.take(takeRequest(voucherId)))
  const halves: readonly [string, string] = [`run-${randomUUID()}`, `run-${randomUUID()}`]
  return { voucherId, ids, runId, halves }
}

describe('halve', () => {
  it('makes two runs of the lanes, which the next takes give, each lane once and in order', async () => {
    const { gate, redis } = fixture
    const { voucherId, ids, runId, halves } = await takenRun(5)
    const before = await gate.hold(voucherId, ids[3] ?? '')
    expect(await gate.halve(voucherId, runId, halves)).toBe('halved')
    const first = lanesOf(await gate.take(takeRequest(voucherId)))
    const second = lanesOf(await gate.take(takeRequest(voucherId)))
    expect(new Set([first.runId, second.runId])).toEqual(new Set(halves))
    const [one, two] = [first, second].toSorted((a, b) => halves.indexOf(a.runId) - halves.indexOf(b.runId))
    expect(one?.lanes.map((lane) => lane.reservationId)).toEqual(ids.slice(0, 3))
    expect(two?.lanes.map((lane) => lane.reservationId)).toEqual(ids.slice(3))
    expect(await gate.hold(voucherId, ids[3] ?? '')).toEqual({ ...before, runId: halves[1] })
    expect(await gate.take(takeRequest(voucherId))).toEqual({ status: 'empty' })
    expect(await redis.hkeys(gateKeys(voucherId).runs)).not.toContain(runId)
  })

  it('puts a single lane aside: no take gives it, it keeps its hold, and the voucher has room for as many runs as before', async () => {
    const { gate } = fixture
    const { voucherId, ids, runId, halves } = await takenRun(1)
    expect(await gate.halve(voucherId, runId, halves)).toBe('put-aside')
    await admitUsers(gate, voucherId, 1, 2)
    const next = lanesOf(await gate.take(takeRequest(voucherId, { maxOpenRuns: 1 })))
    expect(next.lanes.map((lane) => lane.userId)).toEqual([2])
    expect(await gate.hold(voucherId, ids[0] ?? '')).toMatchObject({ state: 'ASSIGNED', runId })
    expect(await gate.audit(voucherId)).toMatchObject({ runs: 2, liveHolds: 2 })
  })

  it('lists what was put aside, and gives it again once it is taken up', async () => {
    const { gate } = fixture
    const { voucherId, ids, runId, halves } = await takenRun(1)
    expect([await gate.putAside(voucherId), await gate.takeUp(voucherId)]).toEqual([[], 0])
    await gate.halve(voucherId, runId, halves)
    expect(await gate.putAside(voucherId)).toMatchObject([{ reservationId: ids[0], userId: 1 }])
    expect([await gate.takeUp(voucherId), await gate.takeUp(voucherId)]).toEqual([1, 0])
    expect(await gate.putAside(voucherId)).toEqual([])
    const again = lanesOf(await gate.take(takeRequest(voucherId)))
    expect(again).toMatchObject({ status: 'again', runId, lanes: [{ reservationId: ids[0] }] })
  })

  it('changes nothing for a run that is settled, or halved already', async () => {
    const { gate } = fixture
    const { voucherId, runId, halves } = await takenRun(2)
    await gate.halve(voucherId, runId, halves)
    expect(await gate.halve(voucherId, runId, [`run-${randomUUID()}`, `run-${randomUUID()}`])).toBe('unknown')
    expect(await gate.audit(voucherId)).toMatchObject({ runs: 2 })
  })
})
