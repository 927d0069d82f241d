import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { gateKeys } from '../src/gate/index.js'
import { mendHolds, purchasesOf, readHoldDifferences } from '../src/recovery/index.js'
import { admitUsers } from './gate-fixture.js'
import { own, type RecoveryFixture, recoveryFixture, runLanes, sale, soundAudit } from './recovery-fixture.js'

let fixture: RecoveryFixture
let voucherId: number
beforeAll(async () => {
  fixture = await recoveryFixture()
})
afterAll(() => fixture.close())
beforeEach(async () => {
  voucherId = (await sale(fixture)).voucherId
})

/** The differences as reservations. */
async function differences() {
  const { orphaned, unheld, unreleased, released } = await readHoldDifferences(fixture, voucherId)
  const ids = (items: readonly { readonly reservationId: string }[]) => items.map((item) => item.reservationId).sort()
  return { orphaned: ids(orphaned), unheld: ids(unheld), unreleased: ids(unreleased), released: ids(released) }
}

const none = { orphaned: [], unheld: [], unreleased: [], released: [] }

test('a sale with waiting, taken, sold and ended purchases has no difference', async () => {
  const { gate } = fixture
  await admitUsers(gate, voucherId, 6)
  const { lanes, runId } = await runLanes(fixture, voucherId, 4)
  await own(fixture, lanes.slice(0, 2), runId, 'AWAITING_PAYMENT')
  await own(fixture, lanes.slice(2), runId, 'EXPIRED')
  await gate.release(
    voucherId,
    lanes.slice(2).map(({ reservationId }) => ({ reservationId, reason: 'PAYMENT_EXPIRED' })),
  )
  const record = { voucherId, runId: 'purchase-recorded', maxLanes: 1, leaseMs: 60_000, maxOpenRuns: 9 }
  await gate.take(record)
  expect(await differences()).toEqual(none)
})

test('an admission that the stream lost is orphaned', async () => {
  const { gate, redis } = fixture
  const [id = ''] = await admitUsers(gate, voucherId, 1)
  await redis.del(gateKeys(voucherId).admissions)
  expect(await differences()).toEqual({ ...none, orphaned: [id] })
})

test('a lane whose run has no record and never owned it is orphaned', async () => {
  await admitUsers(fixture.gate, voucherId, 1)
  const { lanes } = await runLanes(fixture, voucherId, 1)
  expect(await differences()).toEqual({ ...none, orphaned: lanes.map((lane) => lane.reservationId) })
})

test('holds that Redis lost and holds that were not released are mended by their purchases, and stay so', async () => {
  const { gate, redis, db } = fixture
  await admitUsers(gate, voucherId, 3)
  const { lanes, runId } = await runLanes(fixture, voucherId, 3)
  const [sold, ended, kept] = lanes.map((lane) => lane.reservationId)
  if (!sold || !ended || !kept) throw new Error('three lanes were taken')
  await own(fixture, lanes.slice(0, 1), runId, 'PAID')
  await own(fixture, lanes.slice(1, 2), runId, 'EXPIRED')
  await own(fixture, lanes.slice(2), runId, 'PROCESSING')
  await redis.hdel(gateKeys(voucherId).holds, sold.split('-')[1] ?? '', 'u:1')
  await redis.hincrby(gateKeys(voucherId).campaign, 'held', -1)
  await redis.hincrby(gateKeys(voucherId).campaign, 'live', -1)
  await redis.hincrby(gateKeys(voucherId).campaign, 'stock', 1)
  expect(await differences()).toEqual({ ...none, unheld: [sold], unreleased: [ended] })
  const mended = () => purchasesOf(db, voucherId, [sold, ended]).then((found) => mendHolds(gate, voucherId, found))
  expect([await mended(), await mended()]).toEqual([2, 0])
  expect(await differences()).toEqual(none)
  expect(await soundAudit(fixture, voucherId)).toMatchObject({ held: 2, liveHolds: 2, stock: 8 })
})

test('a live purchase whose hold was released is told apart: no script makes it live again', async () => {
  const { gate, db } = fixture
  await admitUsers(gate, voucherId, 1)
  const { lanes, runId } = await runLanes(fixture, voucherId, 1)
  const [id = ''] = lanes.map((lane) => lane.reservationId)
  await own(fixture, lanes, runId, 'PAID')
  await gate.release(voucherId, [{ reservationId: id, reason: 'TAMPERED' }])
  expect(await differences()).toEqual({ ...none, released: [id] })
  expect(await mendHolds(gate, voucherId, await purchasesOf(db, voucherId, [id]))).toBe(0)
})
