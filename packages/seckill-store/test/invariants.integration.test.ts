import { sql } from 'kysely'
import { newReservationId } from 'seckill-store/gate'
import { checkInvariants, checkNames, type Verdict } from 'seckill-store/invariants'
import { cancelUnowned, restockCampaign } from 'seckill-store/mysql'
import { seedCampaign } from 'seckill-store/testing'
import { describe, expect, test } from 'vitest'
import { beforeEachSale, type FinishedSale } from './finished-sale.js'
import { alwaysDamage, restDamage } from './invariants-damage.js'
import { moneyDamage } from './money-damage.js'

let sale: FinishedSale
beforeEachSale(
  (made) => {
    sale = made
  },
  // The database itself refuses this damage; the checks must also see it in a database without the constraints.
  (db) => sql`ALTER TABLE stock DROP CONSTRAINT stock_quantity`.execute(db),
)

async function verdicts(atRest: boolean) {
  const { ok, checks } = await checkInvariants({ ...sale, atRest })
  const named = (verdict: Verdict) => checks.filter((check) => check.ok === verdict).map((check) => check.name)
  const [red, unknown] = [named(false), named(null)]
  expect(ok).toBe(red.length > 0 ? false : unknown.length > 0 ? null : true)
  return { red, unknown }
}

describe('a finished sale', () => {
  test('passes every check, each with its figures', async () => {
    const { ok, checks } = await checkInvariants({ ...sale, atRest: true })
    expect(checks.filter((check) => !check.ok)).toEqual([])
    expect(ok).toBe(true)
    expect(checks.map((check) => check.name)).toEqual(Object.values(checkNames))
    for (const check of checks) expect(check.detail).toMatch(/\d/)
  })

  test('leaves out the checks of runs when no count of runs is given', async () => {
    const { runs: _, ...uncounted } = sale
    const { ok, checks } = await checkInvariants({ ...uncounted, atRest: true })
    expect(ok).toBe(true)
    expect(checks.map((check) => check.name)).not.toContain(checkNames.lanesAreOwned)
  })

  test('that MySQL does not have cannot be checked', async () => {
    await expect(checkInvariants({ ...sale, voucherId: 1, atRest: true })).rejects.toThrow('Campaign 1: there is none')
  })
})

const damages = [...alwaysDamage, ...restDamage, ...moneyDamage]

describe.each(damages)('$what', ({ red, unknown = [], plant, atRest = false }) => {
  test('turns exactly its checks red', async () => {
    expect(await verdicts(atRest)).toEqual({ red: [], unknown: [] })
    await plant(sale)
    expect(await verdicts(atRest)).toEqual({ red, unknown })
  })
})

describe('what Temporal counted', () => {
  test.each([
    [
      'a lane of a run that has no owner',
      (ids: readonly string[]) => [...ids, 'left'],
      [checkNames.allEnded, checkNames.lanesAreOwned],
    ],
    ['an owned lane in no run', (ids: readonly string[]) => ids.slice(1), [checkNames.lanesAreOwned]],
  ])('%s turns the lanes red', async (_, change, red) => {
    const reservationIds = change(sale.runs.reservationIds)
    expect(await redOf({ lanes: reservationIds.length, reservationIds })).toEqual(red)
  })

  test.each([
    ['a run that is open and owns no lane that awaits payment', (open: readonly string[]) => [...open, 'idle']],
    ['no run open although lanes await payment', () => []],
  ])('%s turns the open runs red', async (_, change) => {
    expect(await redOf({ openRuns: change(sale.runs.openRuns) })).toEqual([checkNames.openRunsAwait])
  })

  test('a lane that its buyer cancelled before a run owned it is no fault, in a run or not', async () => {
    const { db, gate, voucherId } = sale
    const reservationId = newReservationId(voucherId)
    await gate.admit({ voucherId, userId: 9, quantity: 1, reservationId })
    const lane = await gate.hold(voucherId, reservationId)
    if (lane === null) throw new Error('the admission has no hold')
    await gate.take({ voucherId, runId: 'purchase-cancelled', maxLanes: 1, leaseMs: 1_000, maxOpenRuns: 1 })
    await gate.settle(voucherId, 'purchase-cancelled')
    await cancelUnowned(db, lane)
    await gate.release(voucherId, [{ reservationId, reason: 'CANCELLED_BY_BUYER' }])
    const { lanes, reservationIds } = sale.runs
    expect(await redOf({})).toEqual([])
    expect(await redOf({ lanes: lanes + 1, reservationIds: [...reservationIds, reservationId] })).toEqual([])
  })
})

async function redOf(change: Partial<FinishedSale['runs']>): Promise<readonly string[]> {
  const { checks } = await checkInvariants({ ...sale, runs: { ...sale.runs, ...change }, atRest: true })
  return checks.filter((check) => !check.ok).map((check) => check.name)
}

describe('every check', () => {
  test('has damage that turns it red', () => {
    const seen = new Set(damages.flatMap((damage) => damage.red))
    expect([...seen].sort()).toEqual(Object.values(checkNames).sort())
  })
})

describe('a sale under way', () => {
  test('a draft the gate does not know passes', async () => {
    const draft = await seedCampaign(sale.db, { state: 'DRAFT' })
    const { ok } = await checkInvariants({ ...sale, voucherId: draft.voucherId, atRest: false })
    expect(ok).toBe(true)
  })

  test('a recovering gate is not compared', async () => {
    await sale.redis.hset(sale.keys.campaign, 'state', 'RECOVERING', 'stock', 0)
    expect(await verdicts(false)).toEqual({ red: [], unknown: [checkNames.gateAddsUp, checkNames.gateRecounts] })
  })

  test('is read in one snapshot while stock and ledger move together', async () => {
    const reading = { over: false, changes: 0 }
    const moving = moveStock(reading)
    const reds: (readonly string[])[] = []
    while (reds.length < 25 || reading.changes < 25) reds.push((await verdicts(false)).red)
    reading.over = true
    await moving
    expect(reds.flat()).toEqual([])
  })

  test('passes while shoppers are admitted and released', async () => {
    const reading = { over: false, changes: 0 }
    const shopping = shop(reading)
    const reds: (readonly string[])[] = []
    while (reds.length < 25 || reading.changes < 25) reds.push((await verdicts(false)).red)
    reading.over = true
    await shopping
    expect(reds.flat()).toEqual([])
  })
})

interface Reading {
  over: boolean
  changes: number
}

async function moveStock(reading: Reading): Promise<void> {
  for (; !reading.over; reading.changes++) {
    const units = reading.changes % 2 === 0 ? 3 : -3
    await restockCampaign(sale.db, sale.voucherId, {
      units,
      operationId: `${sale.voucherId}-${reading.changes}`,
      actor: 'test',
    })
  }
}

async function shop(reading: Reading): Promise<void> {
  const { gate, voucherId } = sale
  for (; !reading.over; reading.changes++) {
    const reservationId = newReservationId(voucherId)
    await gate.admit({ voucherId, userId: 9, quantity: 1, reservationId })
    await gate.release(voucherId, [{ reservationId, reason: 'TEST' }])
  }
}
