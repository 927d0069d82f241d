import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Purchase } from '../src/contract/purchase.js'
import { Refusal } from '../src/contract/refusals.js'
import { countUnits, readBooks } from './harness/books.js'
import { lanesOf } from './harness/lanes.js'
import { type Sale, startSale } from './harness/sale.js'

let sale: Sale
beforeAll(async () => {
  sale = await startSale()
})
afterAll(() => sale.close())

function setCampaign(voucherId: number, change: Partial<Record<'state' | 'total' | 'claimed', string | number>>) {
  return sale.db
    .updateTable('seckill_vouchers')
    .set(change as { total: number })
    .where('voucher_id', '=', voucherId)
    .execute()
}

describe('checkVoucher', () => {
  it.each(['OPEN', 'PAUSED', 'CLOSED'])(
    'still sells to lanes that were admitted before the campaign became %s',
    async (state) => {
      const voucherId = await sale.open()
      await setCampaign(voucherId, { state })
      expect(Object.values(await sale.run(voucherId).act('checkVoucher', lanesOf(voucherId, 2)))).toEqual([
        'done',
        'done',
      ])
    },
  )

  it.each(['DRAFT', 'WARM', 'SETTLED'])('refuses every lane of a campaign that is %s', async (state) => {
    const voucherId = await sale.open()
    await setCampaign(voucherId, { state })
    const answers = await sale.run(voucherId).act('checkVoucher', lanesOf(voucherId, 2))
    expect(Object.values(answers)).toEqual([Refusal.NotOnSale, Refusal.NotOnSale])
  })

  it('refuses a voucher that was withdrawn, and an unknown one', async () => {
    const voucherId = await sale.open()
    await sale.db.updateTable('vouchers').set({ status: 'WITHDRAWN' }).where('id', '=', voucherId).execute()
    expect(Object.values(await sale.run(voucherId).act('checkVoucher', lanesOf(voucherId, 1)))).toEqual([
      Refusal.NotOnSale,
    ])
    const unknown = lanesOf(voucherId + 1, 1)
    expect(Object.values(await sale.run(voucherId + 1).act('checkVoucher', unknown))).toEqual([Refusal.NotOnSale])
  })

  it('counts the beginning of the window in and its end out', async () => {
    const [beginsAt, endsAt] = [Date.now() - 60_000, Date.now() + 60_000]
    const voucherId = await sale.open({ beginsAt, endsAt })
    const times = [beginsAt - 1, beginsAt, endsAt - 1, endsAt]
    const lanes = lanesOf(voucherId, 4, (index) => ({ admittedAt: times[index] as number }))
    expect(Object.values(await sale.run(voucherId).act('checkVoucher', lanes))).toEqual([
      Refusal.OutsideWindow,
      'done',
      'done',
      Refusal.OutsideWindow,
    ])
  })

  it('keeps the price of the claim when the campaign gets another one before the order', async () => {
    const voucherId = await sale.open({ priceMinor: 500, limitPerUser: 3 })
    const [lane] = lanesOf(voucherId, 1, () => ({ quantity: 3 })) as [Purchase]
    const run = sale.run(voucherId)
    await run.actUpTo('checkVoucher', [lane])
    await sale.db
      .updateTable('seckill_vouchers')
      .set({ price_minor: 900 })
      .where('voucher_id', '=', voucherId)
      .execute()
    await run.act('deductStock', [lane])
    await run.act('createOrder', [lane])
    const { orders } = await readBooks(sale.db, voucherId)
    expect(orders).toMatchObject([{ price_minor: 1_500, units: 3, currency: 'CNY' }])
  })
})

describe.each(['checkVoucher', 'deductStock'])('%s with too few units', (step) => {
  it('serves in the order of admission, stores the other lanes as sold out, and says the same ever after', async () => {
    const voucherId = await sale.open({ total: 4 })
    const quantities = [2, 3, 1, 1, 1]
    const lanes = lanesOf(voucherId, 5, (index) => ({ quantity: quantities[index] as number })).toReversed()
    const run = sale.run(voucherId)
    const expected = { 1: 'done', 2: Refusal.SoldOut, 3: 'done', 4: 'done', 5: Refusal.SoldOut }
    const bySeq = (answers: Readonly<Record<string, string>>) =>
      Object.fromEntries(lanes.map((lane) => [lane.seq, answers[lane.reservationId]]))
    expect(bySeq(await run.act(step, lanes))).toEqual(expected)
    const units = await countUnits(sale.db, voucherId)
    expect(step === 'checkVoucher' ? units.claimed : units.quantity).toBe(step === 'checkVoucher' ? 4 : 0)
    // Units come back: who was refused stays refused, and what was undone stays undone.
    await run.undo(
      step,
      lanes.filter((lane) => lane.seq === 1),
    )
    expect(bySeq(await run.act(step, lanes))).toEqual({ ...expected, 1: 'fenced' })
    expect(await countUnits(sale.db, voucherId)).toMatchObject(
      step === 'checkVoucher' ? { claimed: 2, claimedRows: 2 } : { quantity: 2 },
    )
  })

  it('never gives out more than there is when many runs ask at once, and its rows add up', async () => {
    const voucherId = await sale.open({ total: 25 })
    const lanes = lanesOf(voucherId, 60)
    const runs = Array.from({ length: 6 }, (_, index) => lanes.filter((lane) => lane.seq % 6 === index))
    const answers = await Promise.all(runs.map((own) => sale.run(voucherId).act(step, own)))
    const ends = answers.flatMap((each) => Object.values(each))
    expect(ends.filter((end) => end === 'done')).toHaveLength(25)
    expect(ends.filter((end) => end === Refusal.SoldOut)).toHaveLength(35)
    const units = await countUnits(sale.db, voucherId)
    const expected =
      step === 'checkVoucher' ? { claimed: 25, claimedRows: 25 } : { quantity: 0, deducted: 25, restored: 0 }
    expect(units).toMatchObject(expected)
  })
})

describe('a whole sale by hand', () => {
  it('never oversells with several runs at once and undos in between, and the ledger adds up', async () => {
    const voucherId = await sale.open({ total: 20, users: 60 })
    const lanes = lanesOf(voucherId, 60)
    const groups = Array.from({ length: 6 }, (_, index) => lanes.filter((lane) => lane.seq % 6 === index))
    await Promise.all(
      groups.map(async (own, index) => {
        const run = sale.run(voucherId)
        const ends = await run.actUpTo('createOrder', own)
        const refused = own.filter((lane) => ends[lane.reservationId] !== undefined)
        const rolledBack = index % 2 === 0 ? own : refused
        if (rolledBack.length > 0) await run.undoFrom('createOrder', rolledBack)
      }),
    )
    const units = await countUnits(sale.db, voucherId)
    expect(units.quantity).toBe(20 - units.deducted + units.restored)
    expect(units.ordered).toBe(20 - units.quantity)
    expect([units.claimed, units.claimedRows, units.slots]).toEqual([units.ordered, units.ordered, units.ordered])
  })
})
