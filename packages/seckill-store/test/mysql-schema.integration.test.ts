import { type RawBuilder, sql } from 'kysely'
import { seedCampaign, type TemporaryDatabase, temporaryDatabase } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let database: TemporaryDatabase
let voucherId: number
beforeAll(async () => {
  database = await temporaryDatabase()
  voucherId = (await seedCampaign(database.db, { total: 10 })).voucherId
  await order('o-1', 'r-1').execute(database.db)
  await claim('r-1').execute(database.db)
  await ledger('r-1', 'DEDUCT', 1).execute(database.db)
})
afterAll(() => database.drop())

function order(id: string, reservation: string, state = 'PAID', units = 1): RawBuilder<unknown> {
  return sql`INSERT INTO orders (id, reservation_id, voucher_id, user_id, units, price_minor, currency, state, owner,
      created_at, pay_before, updated_at)
    VALUES (${id}, ${reservation}, ${voucherId}, 1, ${units}, 1, 'CNY', ${state}, 'run', 1, 1, 1)`
}

function claim(reservation: string, slot = 1): RawBuilder<unknown> {
  return sql`INSERT INTO user_claims VALUES (${voucherId}, 1, ${slot}, ${reservation})`
}

function ledger(reference: string, kind: string, units: number): RawBuilder<unknown> {
  return sql`INSERT INTO stock_ledger (reference, kind, voucher_id, units, at)
    VALUES (${reference}, ${kind}, ${voucherId}, ${units}, 1)`
}

function campaign(change: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`UPDATE seckill_vouchers SET ${change} WHERE voucher_id = ${voucherId}`
}

function purchase(state: string, units: number): RawBuilder<unknown> {
  return sql`INSERT INTO purchases (reservation_id, voucher_id, user_id, units, owner, state, seq, admitted_at, taken_at)
    VALUES ('p', ${voucherId}, 1, ${units}, 'run', ${state}, 1, 1, 1)`
}

describe('the database itself refuses', () => {
  const refusals: readonly (readonly [string, RegExp, () => RawBuilder<unknown>])[] = [
    ['stock below zero', /stock_quantity/, () => sql`UPDATE stock SET quantity = -1 WHERE voucher_id = ${voucherId}`],
    [
      'stock above the total',
      /stock_quantity/,
      () => sql`UPDATE stock SET quantity = 11 WHERE voucher_id = ${voucherId}`,
    ],
    ['claims below zero', /campaign_claimed/, () => campaign(sql`claimed = -1`)],
    ['claims above the total', /campaign_claimed/, () => campaign(sql`claimed = 11`)],
    ['a window that is empty', /campaign_window/, () => campaign(sql`ends_at = begins_at`)],
    ['a limit of nothing', /campaign_limit/, () => campaign(sql`limit_per_user = 0`)],
    ['an unknown state', /campaign_state/, () => campaign(sql`state = 'HALF'`)],
    ['a state in other letters', /campaign_state/, () => campaign(sql`state = 'open'`)],
    ['a second order of a reservation', /orders_reservation/, () => order('o-2', 'r-1')],
    ['a second order of an id', /PRIMARY/, () => order('o-1', 'r-2')],
    ['an order in no state', /orders_state/, () => order('o-3', 'r-3', 'GONE')],
    ['an order of nothing', /orders_units/, () => order('o-3', 'r-3', 'PAID', 0)],
    ['a slot taken twice', /PRIMARY/, () => claim('r-2')],
    ['a slot below one', /user_claims_slot/, () => claim('r-2', 0)],
    ['a second deduction of a reservation', /PRIMARY/, () => ledger('r-1', 'DEDUCT', 1)],
    ['a deduction of less than nothing', /stock_ledger_units/, () => ledger('r-2', 'DEDUCT', -1)],
    ['a movement of no kind', /stock_ledger_kind/, () => ledger('r-2', 'GIFT', 1)],
    ['a purchase in no state', /purchases_state/, () => purchase('QUEUED', 1)],
    ['a purchase of nothing', /purchases_units/, () => purchase('PAID', 0)],
    ['a key that is too long', /Data too long/, () => ledger('x'.repeat(65), 'DEDUCT', 1)],
    ['a key outside ASCII', /Incorrect string value/, () => ledger('键', 'DEDUCT', 1)],
  ]

  test.each(refusals)('%s', async (_, constraint, statement) => {
    await expect(statement().execute(database.db)).rejects.toThrow(constraint)
  })
})

describe('keys', () => {
  test('differ when their letters differ in case', async () => {
    await order('o-a', 'r-Aa').execute(database.db)
    await order('o-A', 'r-aa').execute(database.db)
    const found = await database.db.selectFrom('orders').select('id').where('id', '=', 'o-A').execute()
    expect(found).toEqual([{ id: 'o-A' }])
  })
})

describe('the barrier table', () => {
  test('keeps its keys byte by byte and gives buffers back', async () => {
    const key = Buffer.from('Käse')
    const row = { saga: key, step: key, phase: 1, lane: key, state: 1, token: Buffer.alloc(16, 7), result: null, at: 1 }
    await database.db.insertInto('saga_barrier').values(row).execute()
    expect(await database.db.selectFrom('saga_barrier').selectAll().execute()).toEqual([row])
  })
})
