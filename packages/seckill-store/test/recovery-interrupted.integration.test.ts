import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GateRecoveringError, gateKeys } from '../src/gate/index.js'
import { withScripts } from '../src/gate/scripts.js'
import { restockCampaign } from '../src/mysql/index.js'
import { recoverGate } from '../src/recovery/index.js'
import { admitUsers, dump, request, takeRequest } from './gate-fixture.js'
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

/** More than one part of a rebuild: each lane is a hold and a mark. */
const laneCount = 700

let fixture: RecoveryFixture
beforeAll(async () => {
  fixture = await recoveryFixture()
})
afterAll(async () => fixture.close())

/** A sale whose campaign Redis lost while it kept all holds but one: a rebuild reads them, drops their marks and joins them. */
async function partlyLostSale(): Promise<number> {
  const { redis } = fixture
  const voucherId = await lostSale()
  await fixture.recover(voucherId)
  const { campaign, holds } = gateKeys(voucherId)
  const hold = (await redis.hkeys(holds)).find((field) => !field.includes(':')) ?? ''
  expect([await redis.del(campaign), await redis.hdel(holds, hold)]).toEqual([1, 1])
  return voucherId
}

/** A sale whose 700 purchases only MySQL knows: 600 live, 100 ended. */
async function lostSale(): Promise<number> {
  const { voucherId } = await sale(fixture, { total: 1_000 })
  const lanes = manyLanes(voucherId, laneCount)
  await own(fixture, lanes.slice(0, 600), `purchase-${voucherId}-x`, 'AWAITING_PAYMENT')
  await own(fixture, lanes.slice(600), `purchase-${voucherId}-x`, 'REFUSED')
  await fixture.redis.del(...Object.values(gateKeys(voucherId)))
  return voucherId
}

class Killed extends Error {}

type Script = 'seckillRebuildBegin' | 'seckillRebuildWrite' | 'seckillRebuildFinish' | 'seckillRelease'

/** The arguments of seckillRebuildWrite before its writes: a renewal of the lease has no more. */
const renewalArguments = 6

/** A recovery that reaches the `call`-th call of a script, renewals left out, does `meanwhile`, and goes on, unless that throws. */
async function recoverUntil(
  voucherId: number,
  script: Script,
  call: number,
  meanwhile: () => Promise<void>,
  leaseMs = 0,
) {
  const redis = withScripts(fixture.redis)
  let calls = 0
  let over = Promise.resolve()
  const watched = Object.create(redis, {
    [script]: {
      value: async (...args: (string | number)[]) => {
        if (script === 'seckillRebuildWrite' && args.length === renewalArguments) return redis[script](...args)
        calls += 1
        if (calls === call) {
          over = meanwhile()
          await over
        }
        return redis[script](...args)
      },
    },
  })
  try {
    return await recoverGate({ redis: watched, db: fixture.db, voucherId, leaseMs })
  } finally {
    // A renewal that finds another process's rebuild ends this one while the other still works.
    await over
  }
}

async function killed(): Promise<void> {
  throw new Killed()
}

const whole = { state: 'OPEN', total: 1_000, held: 600, liveHolds: 600, stock: 400, seq: laneCount, leftovers: 0 }

describe('a rebuild', () => {
  it.each([
    ['all', 'seckillRebuildWrite', 1, lostSale],
    ['all', 'seckillRebuildWrite', 2, lostSale],
    ['all', 'seckillRebuildFinish', 1, lostSale],
    ['a part', 'seckillRebuildWrite', 1, partlyLostSale],
    ['a part', 'seckillRebuildWrite', 2, partlyLostSale],
    ['a part', 'seckillRebuildWrite', 3, partlyLostSale],
    ['a part', 'seckillRebuildWrite', 5, partlyLostSale],
    ['a part', 'seckillRebuildFinish', 1, partlyLostSale],
  ] as const)(
    'of a gate that lost %s, killed before %s %i, leaves it closed and is done again',
    async (_, script, call, lose) => {
      const voucherId = await lose()
      await expect(recoverUntil(voucherId, script, call, killed)).rejects.toThrow(Killed)
      expect(await fixture.gate.audit(voucherId)).toMatchObject({ state: 'RECOVERING' })
      expect(await fixture.recover(voucherId)).toBe('rebuilt')
      expect(await soundAudit(fixture, voucherId)).toMatchObject(whole)
    },
  )

  it('killed half-way with Redis itself is done again, although the numbers look right by then', async () => {
    const voucherId = await lostSale()
    await expect(recoverUntil(voucherId, 'seckillRebuildFinish', 1, killed, 3_600_000)).rejects.toThrow(Killed)
    await fixture.redis.hset(gateKeys(voucherId).campaign, 'seq', laneCount)
    await restart(fixture)
    expect(await fixture.recover(voucherId)).toBe('rebuilt')
    expect(await soundAudit(fixture, voucherId)).toMatchObject(whole)
  })

  it.each([
    ['all', 'seckillRebuildWrite', 2, lostSale],
    ['a part', 'seckillRebuildWrite', 5, partlyLostSale],
    ['all', 'seckillRebuildFinish', 1, lostSale],
  ] as const)(
    'of a gate that lost %s, during which Redis restarts before %s %i, gives up, and the next one completes it',
    async (_, script, call, lose) => {
      const { redis } = fixture
      const voucherId = await lose()
      let before: Record<string, string | null> = {}
      const meanwhile = async (): Promise<void> => {
        await restart(fixture)
        before = await dump(redis, voucherId)
      }
      const recovering = recoverUntil(voucherId, script, call, meanwhile, 3_600_000)
      // Writes are sent together: one that is on its way when the connection ends has no answer.
      expect(await recovering.catch(({ name }: Error) => name)).toMatch(/^(?:rebuilding|MaxRetriesPerRequestError)$/)
      expect(await dump(redis, voucherId)).toEqual(before)
      expect(await fixture.gate.audit(voucherId)).toMatchObject({ state: 'RECOVERING' })
      expect(await fixture.recover(voucherId)).toBe('rebuilt')
      expect(await soundAudit(fixture, voucherId)).toMatchObject(whole)
    },
  )

  it.each([
    ['all', 'seckillRebuildWrite', 2, lostSale],
    ['a part', 'seckillRebuildWrite', 5, partlyLostSale],
    ['all', 'seckillRebuildFinish', 1, lostSale],
  ] as const)(
    'of a gate that lost %s, that another overtook before %s %i, writes nothing more',
    async (_, script, call, lose) => {
      const voucherId = await lose()
      const outcome = await recoverUntil(voucherId, script, call, async () => {
        expect(await fixture.recover(voucherId)).toBe('rebuilt')
        expect(await fixture.gate.admit(request(voucherId, 5_000))).toMatchObject({
          status: 'admitted',
          seq: laneCount + 1,
        })
      })
      expect(outcome).toBe('rebuilding')
      expect(await soundAudit(fixture, voucherId)).toMatchObject({
        ...whole,
        held: 601,
        liveHolds: 601,
        stock: 399,
        seq: 701,
      })
    },
  )

  it('that another process has finished since the gate was looked at is not begun again', async () => {
    const voucherId = await lostSale()
    const outcome = await recoverUntil(voucherId, 'seckillRebuildBegin', 1, async () => {
      expect(await fixture.recover(voucherId)).toBe('rebuilt')
    })
    expect(outcome).toBe('rebuilding')
    expect(await soundAudit(fixture, voucherId)).toMatchObject(whole)
  })

  it('by five processes at once is done by one', async () => {
    const voucherId = await lostSale()
    const outcomes = await Promise.all([1, 2, 3, 4, 5].map(() => fixture.recover(voucherId)))
    expect(outcomes.filter((one) => one === 'rebuilt')).toHaveLength(1)
    // The first look of a process may come when the gate is open again.
    expect(outcomes.filter((one) => one === 'rebuilding' || one === 'open')).toHaveLength(4)
    expect(await soundAudit(fixture, voucherId)).toMatchObject(whole)
  })

  it('keeps the gate closed to every verb until it is done', async () => {
    const { gate } = fixture
    const voucherId = await lostSale()
    const [lane] = await fixture.db
      .selectFrom('purchases')
      .select('reservation_id as reservationId')
      .where('voucher_id', '=', voucherId)
      .limit(1)
      .execute()
    const reservationId = lane?.reservationId ?? ''
    const outcome = await recoverUntil(voucherId, 'seckillRebuildFinish', 1, async () => {
      expect(await gate.admit(request(voucherId, 5_000))).toMatchObject({ code: 'RECOVERING' })
      expect(await gate.take(takeRequest(voucherId))).toEqual({ status: 'recovering' })
      await expect(gate.release(voucherId, [{ reservationId, reason: 'X' }])).rejects.toThrow(GateRecoveringError)
    })
    expect(outcome).toBe('rebuilt')
    expect(await soundAudit(fixture, voucherId)).toMatchObject(whole)
  })

  it('during which an admin changes the campaign ends with the change', async () => {
    const { gate, db } = fixture
    const voucherId = await lostSale()
    await recoverUntil(voucherId, 'seckillRebuildFinish', 1, async () => {
      const change = await restockCampaign(db, voucherId, { actor: 'test', units: 50, operationId: `r-${voucherId}` })
      if (change.gate === null) throw new Error('the campaign has no gate')
      expect(await gate.apply(change.gate)).toEqual({ status: 'recovering' })
    })
    expect(await soundAudit(fixture, voucherId)).toMatchObject({ ...whole, total: 1_050, stock: 450 })
  })
})

describe('a reopening', () => {
  it('killed before it made the lost releases again is completed by the next call', async () => {
    const { gate } = fixture
    const { voucherId } = await sale(fixture, { total: 10 })
    await admitUsers(gate, voucherId, 3)
    const { lanes, runId } = await runLanes(fixture, voucherId, 3)
    await own(fixture, lanes, runId, 'REFUSED')
    const releases = lanes.map(({ reservationId }) => ({ reservationId, reason: 'SOLD_OUT' }))
    await gate.release(voucherId, releases)
    await restart(fixture, 1)
    await expect(recoverUntil(voucherId, 'seckillRelease', 1, killed)).rejects.toThrow(Killed)
    expect(await gate.audit(voucherId)).toMatchObject({ state: 'OPEN', held: 3 })
    expect(await fixture.recover(voucherId)).toBe('open')
    expect(await soundAudit(fixture, voucherId)).toMatchObject({ stock: 10, held: 0, leftovers: 0 })
  })
})
