import type { Admission } from 'seckill-store/gate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectGateRedis, gateKeys } from '../src/gate/index.js'
import { withScripts } from '../src/gate/scripts.js'
import { recoverGate } from '../src/recovery/index.js'
import { admitUsers, lanesOf, request, takeRequest } from './gate-fixture.js'
import {
  manyLanes,
  own,
  type RecoveryFixture,
  recoveryFixture,
  restart,
  runLanes,
  sale,
  soundAudit,
} from './recovery-fixture.js'

let fixture: RecoveryFixture
beforeAll(async () => {
  fixture = await recoveryFixture()
})
afterAll(async () => fixture.close())

describe('each lease has its record', () => {
  it('a settle during a rebuild leaves no lease, and the run of a crashed dispatcher is given again', async () => {
    const { gate, redis, db } = fixture
    const { voucherId } = await sale(fixture)
    await admitUsers(gate, voucherId, 2)
    const { runId } = lanesOf(await gate.take(takeRequest(voucherId, { maxLanes: 2 })))
    const scripts = withScripts(redis)
    const settlesFirst = Object.create(scripts, {
      seckillRebuildWrite: {
        value: async (...args: (string | number)[]) => {
          if (args.includes('lease')) await gate.settle(voucherId, runId)
          return scripts.seckillRebuildWrite(...args)
        },
      },
    })
    expect(await recoverGate({ redis: settlesFirst, db, voucherId, force: true })).toBe('rebuilt')
    expect(await redis.zrange(gateKeys(voucherId).leases, '0', '-1')).toEqual([])
    await admitUsers(gate, voucherId, 1, 3)
    const crashed = lanesOf(await gate.take(takeRequest(voucherId, { leaseMs: 0 })))
    expect(await gate.take(takeRequest(voucherId))).toEqual({ ...crashed, status: 'again' })
  })

  it('a lease without a record hides no run whose lease has passed', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await sale(fixture)
    await redis.zadd(gateKeys(voucherId).leases, 1, 'no-record')
    await admitUsers(gate, voucherId, 1)
    const crashed = lanesOf(await gate.take(takeRequest(voucherId, { leaseMs: 0 })))
    expect(await gate.take(takeRequest(voucherId))).toEqual({ ...crashed, status: 'again' })
  })
})

describe('each purchase has its hold', () => {
  it('lost last admissions are noticed although others took their numbers before the first take', async () => {
    const { gate } = fixture
    const { voucherId } = await sale(fixture, { total: 10 })
    await admitUsers(gate, voucherId, 10)
    const { lanes, runId } = await runLanes(fixture, voucherId, 10)
    await own(fixture, lanes, runId, 'AWAITING_PAYMENT')
    // The last five admissions, the take and the settle.
    await restart(fixture, 7)
    for (let user = 21; user <= 25; user += 1) await gate.admit(request(voucherId, user))
    expect(await gate.take(takeRequest(voucherId))).toEqual({ status: 'recovering' })
    expect(await fixture.recover(voucherId)).toBe('rebuilt')
    expect(await soundAudit(fixture, voucherId)).toMatchObject({ held: 15, stock: 0, leftovers: 0 })
    const others = lanesOf(await gate.take(takeRequest(voucherId))).lanes
    expect(others.map((lane) => lane.userId)).toEqual([21, 22, 23, 24, 25])
  })

  it('a purchase that reached MySQL after the rebuild gets its hold when its run secures it, once', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await sale(fixture, { total: 3 })
    await admitUsers(gate, voucherId, 3)
    const { lanes, runId } = await runLanes(fixture, voucherId, 3)
    await redis.del(...Object.values(gateKeys(voucherId)))
    expect(await fixture.recover(voucherId)).toBe('rebuilt')
    await own(fixture, lanes, runId, 'PROCESSING')
    for (let again = 0; again < 2; again += 1) await gate.secure(voucherId, runId, lanes)
    expect(await soundAudit(fixture, voucherId)).toMatchObject({ held: 3, liveHolds: 3, stock: 0, seq: 3 })
    expect(await gate.admit(request(voucherId, 50))).toMatchObject({ code: 'SOLD_OUT' })
    expect(await gate.admit(request(voucherId, 2))).toMatchObject({ code: 'LIMIT_REACHED' })
    expect(
      await gate.release(
        voucherId,
        lanes.map(({ reservationId }) => ({ reservationId, reason: 'X' })),
      ),
    ).toEqual({
      units: 3,
      released: 3,
    })
    await gate.secure(voucherId, runId, lanes)
    expect(await soundAudit(fixture, voucherId)).toMatchObject({ held: 0, stock: 3 })
  })
})

describe('an open gate is swept: each call compares a page of purchases, whichever process makes it', () => {
  /** Ten accepted lanes of a run that Temporal has, of which Redis lost everything before MySQL had any. */
  async function lateRun(state: 'AWAITING_PAYMENT' | 'REFUSED') {
    const { gate, redis } = fixture
    const { voucherId } = await sale(fixture, { total: 10 })
    await admitUsers(gate, voucherId, 10)
    const { lanes, runId } = await runLanes(fixture, voucherId, 10)
    await redis.del(...Object.values(gateKeys(voucherId)))
    expect(await fixture.recover(voucherId)).toBe('rebuilt')
    await own(fixture, lanes, runId, state)
    return { voucherId, lanes, runId }
  }

  it('purchases that reach MySQL while the gate does not know them get their holds, without a rebuild', async () => {
    const { gate } = fixture
    const { voucherId, lanes, runId } = await lateRun('AWAITING_PAYMENT')
    expect(await fixture.recover(voucherId)).toBe('mended')
    expect(await soundAudit(fixture, voucherId)).toMatchObject({ state: 'OPEN', held: 10, stock: 0, seq: 10 })
    expect(await gate.hold(voucherId, lanes[3]?.reservationId ?? '')).toMatchObject({ state: 'ASSIGNED', runId })
    expect(await gate.admit(request(voucherId, 50))).toMatchObject({ code: 'SOLD_OUT' })
    expect(await gate.admit(request(voucherId, 3))).toMatchObject({ code: 'LIMIT_REACHED' })
    expect(await fixture.recover(voucherId)).toBe('open')
  })

  it('a purchase that has ended holds nothing, and its reservation is not admitted again', async () => {
    const { gate } = fixture
    const { voucherId, lanes } = await lateRun('REFUSED')
    expect(await fixture.recover(voucherId)).toBe('mended')
    expect(await soundAudit(fixture, voucherId)).toMatchObject({ held: 0, stock: 10 })
    const reservationId = lanes[0]?.reservationId ?? ''
    const userId = lanes[0]?.userId ?? 0
    expect(await gate.admit(request(voucherId, userId, { reservationId }))).toMatchObject({ status: 'replayed' })
    expect(await fixture.recover(voucherId)).toBe('open')
  })

  it('a live hold of an ended purchase is released', async () => {
    const { gate } = fixture
    const { voucherId } = await sale(fixture)
    await admitUsers(gate, voucherId, 2)
    const { lanes, runId } = await runLanes(fixture, voucherId, 2)
    await own(fixture, lanes, runId, 'REFUSED')
    expect(await fixture.recover(voucherId)).toBe('mended')
    expect(await soundAudit(fixture, voucherId)).toMatchObject({ held: 0, stock: 10 })
  })

  it('a run record without a lease is given again', async () => {
    const { gate, redis } = fixture
    const { voucherId } = await sale(fixture)
    await admitUsers(gate, voucherId, 1)
    const crashed = lanesOf(await gate.take(takeRequest(voucherId)))
    await redis.del(gateKeys(voucherId).leases)
    expect(await gate.take(takeRequest(voucherId))).toEqual({ status: 'empty' })
    await fixture.recover(voucherId)
    expect(await gate.take(takeRequest(voucherId))).toEqual({ ...crashed, status: 'again' })
  })

  it('two processes share the pages of 2,500 purchases, and begin again after the last one', async () => {
    const { db } = fixture
    const { voucherId } = await sale(fixture, { total: 5_000 })
    const lanes = manyLanes(voucherId, 2_500)
    await own(fixture, lanes, `purchase-${voucherId}-x`, 'AWAITING_PAYMENT')
    const other = connectGateRedis(fixture.server.url)
    const held = async () => (await soundAudit(fixture, voucherId)).held
    expect(await fixture.recover(voucherId)).toBe('mended')
    expect(await held()).toBe(1_000)
    expect(await recoverGate({ redis: other, db, voucherId })).toBe('mended')
    expect(await held()).toBe(2_000)
    expect(await fixture.recover(voucherId)).toBe('mended')
    expect(await held()).toBe(2_500)
    await db.updateTable('purchases').set({ state: 'CANCELLED' }).where('seq', '=', 1).execute()
    expect(await recoverGate({ redis: other, db, voucherId })).toBe('mended')
    expect(await held()).toBe(2_499)
    other.disconnect()
  })
})

/** Without the version of the terms, which MySQL does not have of a purchase: a hold made from its row has none. */
function replayOf(first: Admission) {
  const { termsVersion: _, ...known } = { termsVersion: 0, ...first }
  return { ...known, status: 'replayed' }
}

describe('an Idempotency-Key after Redis lost everything', () => {
  async function keyedPurchase() {
    const { gate, redis } = fixture
    const { voucherId } = await sale(fixture, { limitPerUser: 2 })
    const buy = (quantity = 1, voucher = voucherId) =>
      gate.admit(request(voucher, 1, { quantity, idempotencyKey: `order ${voucherId}` }))
    const first = await buy()
    const { lanes, runId } = await runLanes(fixture, voucherId, 1)
    return { voucherId, buy, first, lanes, runId, lose: () => redis.flushall() }
  }

  it('is the same purchase once the gate is rebuilt, and no other one', async () => {
    const { gate } = fixture
    const { voucherId, buy, first, lanes, runId, lose } = await keyedPurchase()
    await own(fixture, lanes, runId, 'AWAITING_PAYMENT')
    await lose()
    expect(await fixture.recover(voucherId)).toBe('rebuilt')
    expect(await buy()).toMatchObject(replayOf(first))
    expect(await buy(2)).toMatchObject({ code: 'KEY_REUSED' })
    const other = await sale(fixture)
    expect(await buy(1, other.voucherId)).toMatchObject({ code: 'KEY_REUSED' })
    expect(await gate.audit(voucherId)).toMatchObject({ held: 1, seq: 1 })
  })

  it('is the same purchase once a late run has reached MySQL, by its own secure or by a sweep', async () => {
    const { gate } = fixture
    for (const reach of ['secure', 'sweep'] as const) {
      const { voucherId, buy, first, lanes, runId, lose } = await keyedPurchase()
      await lose()
      expect(await fixture.recover(voucherId)).toBe('rebuilt')
      await own(fixture, lanes, runId, 'PROCESSING')
      if (reach === 'secure') await gate.secure(voucherId, runId, lanes)
      else expect(await fixture.recover(voucherId)).toBe('mended')
      expect(await buy()).toMatchObject(replayOf(first))
      const other = await sale(fixture)
      expect(await buy(1, other.voucherId)).toMatchObject({ code: 'KEY_REUSED' })
    }
  })
})

describe('each ended purchase has its release', () => {
  it('a release that Redis lost is made again although more holds were released than purchases ended', async () => {
    const { gate } = fixture
    const { voucherId } = await sale(fixture)
    const ids = await admitUsers(gate, voucherId, 3)
    const { lanes, runId } = await runLanes(fixture, voucherId, 3)
    const releases = ids.map((reservationId) => ({ reservationId, reason: 'X' }))
    await gate.release(voucherId, releases.slice(0, 2))
    await own(fixture, lanes.slice(2), runId, 'REFUSED')
    await gate.release(voucherId, releases.slice(2))
    await restart(fixture, 1)
    expect(await fixture.recover(voucherId)).toBe('reopened')
    expect(await soundAudit(fixture, voucherId)).toMatchObject({ held: 0, stock: 10, releasesOwed: false })
  })

  it('releases stay owed, for every process to see, when the one that reopened the gate dies', async () => {
    const { gate, redis, db } = fixture
    const { voucherId } = await sale(fixture)
    await admitUsers(gate, voucherId, 1)
    const { lanes, runId } = await runLanes(fixture, voucherId, 1)
    await own(fixture, lanes, runId, 'REFUSED')
    await restart(fixture)
    const scripts = withScripts(redis)
    const dies = Object.create(scripts, { seckillRelease: { value: () => Promise.reject(new Error('died')) } })
    await expect(recoverGate({ redis: dies, db, voucherId })).rejects.toThrow('died')
    expect(await gate.audit(voucherId)).toMatchObject({ state: 'OPEN', held: 1, releasesOwed: true })
    expect(await fixture.recover(voucherId)).toBe('open')
    expect(await gate.audit(voucherId)).toMatchObject({ held: 0, releasesOwed: false })
  })
})

describe('a rebuild that reads for longer than its lease', () => {
  it('keeps the rebuild: no other process begins one', async () => {
    const { gate, redis, db } = fixture
    const { voucherId } = await sale(fixture, { total: 5_000 })
    await admitUsers(gate, voucherId, 3)
    const leaseMs = 300
    let others: string[] = []
    const slow = Object.create(withScripts(redis), {
      hscan: {
        value: async (...args: Parameters<typeof redis.hscan>) => {
          await new Promise((resolve) => setTimeout(resolve, leaseMs * 2))
          others = [...others, await fixture.recover(voucherId)]
          return redis.hscan(...args)
        },
      },
    })
    expect(await recoverGate({ redis: slow, db, voucherId, force: true, leaseMs })).toBe('rebuilt')
    expect(new Set(others)).toEqual(new Set(['rebuilding']))
  })
})
