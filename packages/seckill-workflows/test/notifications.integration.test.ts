import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Purchase } from '../src/contract/purchase.js'
import { lanesOf } from './harness/lanes.js'
import { type Sale, startSale } from './harness/sale.js'

let sale: Sale
beforeAll(async () => {
  sale = await startSale()
})
afterAll(() => sale.close())

/** The kinds of notification of each purchase, due at once. */
async function told(lanes: readonly Purchase[]): Promise<readonly (readonly string[])[]> {
  const keys = lanes.map((lane) => lane.reservationId)
  const rows = await sale.db.selectFrom('notifications').selectAll().where('reservation_id', 'in', keys).execute()
  expect(rows.every((row) => row.due_at === row.created_at)).toBe(true)
  return keys.map((key) => rows.filter((row) => row.reservation_id === key).map((row) => row.kind))
}

it('an order tells its buyer WON in its own transaction, once, however often the step is called', async () => {
  const voucherId = await sale.open({ total: 2 })
  const lanes = lanesOf(voucherId, 2)
  const run = sale.run(voucherId)
  await run.actUpTo('deductStock', lanes)
  expect(await told(lanes)).toEqual([[], []])
  await run.act('createOrder', lanes)
  await run.act('createOrder', lanes)
  expect(await told(lanes)).toEqual([['WON'], ['WON']])
})

it('an order that cannot be made tells nobody anything', async () => {
  const voucherId = await sale.open({ total: 2 })
  const lanes = lanesOf(voucherId, 2)
  const run = sale.run(voucherId)
  await run.actUpTo('deductStock', lanes)
  const [foreign] = lanes as [Purchase, Purchase]
  await sale.db
    .updateTable('purchases')
    .set({ owner: 'another-run' })
    .where('reservation_id', '=', foreign.reservationId)
    .execute()
  await expect(run.attempt('createOrder', lanes)).rejects.toThrow('1 of its purchases are processing')
  expect(await told(lanes)).toEqual([[], []])
})

it('a purchase that rolls back tells its end once: refused without an order, cancelled with one', async () => {
  const voucherId = await sale.open({ total: 2 })
  const [refused, cancelled] = lanesOf(voucherId, 2) as [Purchase, Purchase]
  const run = sale.run(voucherId)
  await run.actUpTo('checkVoucher', [refused])
  await run.actUpTo('createOrder', [cancelled])
  const cause = { kind: 'refused', code: 'SOLD_OUT' } as const
  await run.undoFrom('checkVoucher', [refused], cause)
  await run.undoFrom('createOrder', [cancelled], cause)
  await run.undo('hold', [refused, cancelled], cause)
  expect(await told([refused, cancelled])).toEqual([['REFUSED'], ['CANCELLED', 'WON']])
})
