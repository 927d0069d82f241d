import { issueCertificate, trustKeySet, verifyCertificate } from 'seckill-certificate'
import { newInstallationKeys, publishedKeys } from 'seckill-certificate/keys'
import { awaitRest, countRunsAtRest, operatorOf, signToken } from 'seckill-cli/sale'
import { saleAccount } from 'seckill-store/invariants'
import { databaseNow } from 'seckill-store/mysql'
import { temporaryVoucherId } from 'seckill-store/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openSaleUnderTest, patienceMs, type SaleUnderTest } from './sale-under-test.js'

const priceMinor = 990
const voucherId = temporaryVoucherId()

let under: SaleUnderTest

beforeAll(async () => {
  under = await openSaleUnderTest()
  const operator = await operatorOf(under.sale)
  const now = await databaseNow(under.sources.db)
  const voucher = { title: 'three a user', listPriceMinor: 9_900, currency: 'CNY' }
  const terms = { beginsAt: now - 1_000, endsAt: now + 3_600_000, limitPerUser: 3, priceMinor, payWindowMs: 900_000 }
  await operator.create({ voucherId, voucher, total: 12, ...terms })
  await operator.move(voucherId, 'warmup')
  await operator.move(voucherId, 'open')
})
afterAll(() => under?.close())

async function buy(userId: number, quantity: number) {
  const response = await fetch(`${under.sale.api.url}/api/v1/vouchers/${voucherId}/purchases`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await signToken(under.sale.secret, { userId })}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ quantity }),
  })
  const body = await response.json()
  return { status: response.status, error: body.error, data: body.data }
}

/** The units of one reservation in each ledger. */
async function unitsOf(traceId: string) {
  const { db, gate } = under.sources
  const order = await db
    .selectFrom('orders')
    .select(['units', 'price_minor as price'])
    .where('reservation_id', '=', traceId)
    .executeTakeFirstOrThrow()
  const slots = await db.selectFrom('user_claims').selectAll().where('reservation_id', '=', traceId).execute()
  const claim = await db
    .selectFrom('voucher_claims')
    .select('units')
    .where('reservation_id', '=', traceId)
    .executeTakeFirstOrThrow()
  const ledger = await db
    .selectFrom('stock_ledger')
    .select(['kind', 'units'])
    .where('reference', '=', traceId)
    .executeTakeFirstOrThrow()
  const hold = await gate.hold(voucherId, traceId)
  return {
    ordered: order.units,
    price: order.price,
    slots: slots.length,
    claimed: claim.units,
    ...ledger,
    held: hold?.quantity,
  }
}

it('several units a purchase, and a limit above one, run through gate, claims, stock, price, receipt and certificate', async () => {
  const bought = [
    [1, 3, await buy(1, 3)],
    [2, 2, await buy(2, 2)],
    [2, 1, await buy(2, 1)],
    [3, 2, await buy(3, 2)],
    [5, 3, await buy(5, 3)],
  ] as const
  for (const [userId, units, { status, data }] of bought) {
    expect(status).toBe(202)
    expect(data.promised).toMatchObject({ userId, units, priceMinor: units * priceMinor })
  }
  expect(await buy(3, 2)).toMatchObject({ status: 422, error: 'OVER_LIMIT', data: { left: 1 } })
  expect(await buy(2, 1)).toMatchObject({ status: 409, error: 'ALREADY_PURCHASED' })
  expect(await buy(4, 4)).toMatchObject({ status: 422, error: 'OVER_LIMIT', data: { left: 3 } })
  expect(await buy(6, 2)).toMatchObject({ status: 409, error: 'SOLD_OUT' })
  const last = await buy(6, 1)
  expect(last.status).toBe(202)

  const { db, gate } = under.sources
  await awaitRest(under.sources, voucherId, { timeoutMs: patienceMs })
  for (const [, units, { data }] of [...bought, [6, 1, last] as const]) {
    expect(await unitsOf(data.traceId)).toEqual({
      ordered: units,
      price: units * priceMinor,
      slots: units,
      claimed: units,
      kind: 'DEDUCT',
      units,
      held: units,
    })
  }
  expect(await gate.audit(voucherId)).toMatchObject({ stock: 0, held: 12, liveHolds: 6 })

  const runs = await countRunsAtRest(under.sources, voucherId)
  const account = await saleAccount({ db, gate, voucherId, runs })
  const keys = newInstallationKeys()
  const { text } = await issueCertificate(account, keys, Date.now())
  const { ok, file, findings } = await verifyCertificate(
    new TextEncoder().encode(text),
    trustKeySet(await publishedKeys(keys)),
  )
  expect(findings.filter((one) => !one.ok)).toEqual([])
  expect(ok).toBe(true)
  expect(file?.figures.orders.PENDING_PAYMENT).toEqual({ orders: 6, units: 12, priceMinor: 12 * priceMinor })
  const inFile = new Map(file?.reservations.map((one) => [one.traceId, one]))
  for (const [, units, { data }] of bought) {
    const sums = { units, deducted: units, claimed: units, held: units, priceMinor: units * priceMinor }
    expect(inFile.get(data.traceId)).toMatchObject(sums)
  }
})
