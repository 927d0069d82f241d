import { sql } from 'kysely'
import { newReservationId } from 'seckill-store/gate'
import { closeCampaign, settleCampaign } from 'seckill-store/mysql'
import { onItsWay } from 'seckill-store/recovery'
import { payLanes } from 'seckill-store/testing'
import { describe, expect, test } from 'vitest'
import { anyCertificate } from './any-certificate.js'
import { beforeEachSale, type FinishedSale } from './finished-sale.js'

let sale: FinishedSale
beforeEachSale((made) => {
  sale = made
})

async function close(): Promise<void> {
  const { gate } = await closeCampaign(sale.db, sale.voucherId, { actor: 'ann' })
  if (gate === null) throw new Error('a closed campaign is in the gate')
  await sale.gate.apply(gate)
}

/** Pays the orders that await it. */
const pay = () => payLanes(sale.db, sale.sold.slice(0, 2))
const settle = () => settleCampaign(sale.db, sale.voucherId, { actor: 'ann', certificate: anyCertificate })

test('nothing of a closed campaign is on its way once its orders are paid', async () => {
  await close()
  expect(await onItsWay(sale, sale.voucherId)).toEqual(['2 purchases await payment'])
  await pay()
  expect(await onItsWay(sale, sale.voucherId)).toEqual([])
})

describe('on its way is', () => {
  test('a campaign that is not closed at the gate', async () => {
    await pay()
    expect(await onItsWay(sale, sale.voucherId)).toEqual(['the gate is OPEN'])
  })

  test.each<[string, () => Promise<unknown>, string]>([
    [
      'a gate that recovers',
      () => sale.redis.hset(sale.keys.campaign, 'state', 'RECOVERING'),
      'the gate is RECOVERING',
    ],
    ['a gate that forgot it', () => sale.redis.del(sale.keys.campaign), 'the gate does not know the campaign'],
    [
      'an owed release',
      () => sale.redis.hset(sale.keys.campaign, 'replay', 1),
      'the gate owes releases of ended purchases',
    ],
    ['an admission', () => sale.redis.xadd(sale.keys.admissions, '*', 'lane', 'left'), '1 admissions wait for a run'],
    ['a run record', () => sale.redis.hset(sale.keys.runs, 'left', 'lane'), '1 run records are open'],
    [
      'a purchase in process',
      () =>
        sql`UPDATE purchases SET state = 'PROCESSING'
          WHERE reservation_id = ${sale.refused.reservationId}`.execute(sale.db),
      '1 purchases are in process',
    ],
    [
      'an order that is closing',
      async () => {
        await sql`UPDATE purchases SET state = 'AWAITING_PAYMENT', ended_at = NULL
          WHERE reservation_id = ${sale.sold[0].reservationId}`.execute(sale.db)
        await sql`UPDATE orders SET state = 'CLOSING'
          WHERE reservation_id = ${sale.sold[0].reservationId}`.execute(sale.db)
      },
      '1 orders are closing',
    ],
    [
      'a refund',
      () => sql`UPDATE refunds SET state = 'REQUESTED' WHERE voucher_id = ${sale.voucherId}`.execute(sale.db),
      '1 refunds are open',
    ],
  ])('%s', async (_, meanwhile, told) => {
    await close()
    await pay()
    await meanwhile()
    expect(await onItsWay(sale, sale.voucherId)).toContain(told)
  })
})

test.each([
  ['awaits payment', 'AWAITING_PAYMENT'],
  ['is in process', 'PROCESSING'],
])('a campaign is not settled while a purchase %s, also by a caller that has seen none', async (_, state) => {
  await close()
  await pay()
  await sql`UPDATE purchases SET state = ${state} WHERE reservation_id = ${sale.refused.reservationId}`.execute(sale.db)
  await expect(settle()).rejects.toThrow('wait for their end')
})

test('a settled campaign can be closed again, which changes nothing, and admits nobody', async () => {
  await close()
  await pay()
  await settle()
  const again = await closeCampaign(sale.db, sale.voucherId, { actor: 'ann' })
  expect(again).toMatchObject({ changed: false, campaign: { state: 'SETTLED' } })
  const late = { voucherId: sale.voucherId, userId: 9, quantity: 1, reservationId: newReservationId(sale.voucherId) }
  expect(await sale.gate.admit(late)).toMatchObject({ status: 'refused', code: 'ENDED' })
})
