import { sql } from 'kysely'
import { newReservationId } from 'seckill-store/gate'
import { closeCampaign, findCampaign, listAudit, pauseCampaign, settleCampaign } from 'seckill-store/mysql'
import { settleEnded } from 'seckill-store/recovery'
import { payLanes } from 'seckill-store/testing'
import { describe, expect, test } from 'vitest'
import { beforeEachSale, type FinishedSale } from './finished-sale.js'

let sale: FinishedSale
beforeEachSale((made) => {
  sale = made
})

/** Closes the campaign when everything of it is paid or has ended. */
async function close(): Promise<void> {
  await payLanes(sale.db, sale.sold.slice(0, 2))
  const { gate } = await closeCampaign(sale.db, sale.voucherId, { actor: 'ann' })
  if (gate === null) throw new Error('a closed campaign is in the gate')
  await sale.gate.apply(gate)
}

const stateOf = async () => (await findCampaign(sale.db, sale.voucherId))?.state

describe('a closed campaign of which nothing is on its way', () => {
  test('is settled once, by whichever process comes first', async () => {
    await close()
    const settled = await Promise.all([1, 2, 3].map(() => settleEnded(sale, sale.voucherId)))
    expect(settled.filter(Boolean)).toHaveLength(1)
    expect(await stateOf()).toBe('SETTLED')
    const [latest] = await listAudit(sale.db, `campaign:${sale.voucherId}`)
    expect(latest).toMatchObject({ actor: 'dispatcher', action: 'campaign.settle' })
  })
})

describe('a campaign stays as it is while', () => {
  test('it is paused', async () => {
    const { gate } = await pauseCampaign(sale.db, sale.voucherId, { actor: 'ann' })
    if (gate !== null) await sale.gate.apply(gate)
    expect(await settleEnded(sale, sale.voucherId)).toBe(false)
    expect(await stateOf()).toBe('PAUSED')
  })

  test.each<[string, () => Promise<unknown>]>([
    ['the gate is recovering', () => sale.redis.hset(sale.keys.campaign, 'state', 'RECOVERING')],
    ['the gate has forgotten it', () => sale.redis.del(sale.keys.campaign)],
    ['releases are owed', () => sale.redis.hset(sale.keys.campaign, 'replay', 1)],
    ['an admission waits', () => sale.redis.xadd(sale.keys.admissions, '*', 'lane', 'left')],
    ['a run record is open', () => sale.redis.hset(sale.keys.runs, 'left', 'lane')],
    ['a started run owns none of its lanes yet', () => sale.redis.hincrby(sale.keys.campaign, 'live', 1)],
    [
      'a purchase is in process',
      () =>
        sql`UPDATE purchases SET state = 'PROCESSING'
          WHERE reservation_id = ${sale.refused.reservationId}`.execute(sale.db),
    ],
    [
      'a purchase awaits payment',
      async () => {
        await sql`UPDATE purchases SET state = 'AWAITING_PAYMENT', ended_at = NULL
          WHERE reservation_id = ${sale.sold[0].reservationId}`.execute(sale.db)
        await sql`UPDATE orders SET state = 'PENDING_PAYMENT'
          WHERE reservation_id = ${sale.sold[0].reservationId}`.execute(sale.db)
      },
    ],
    [
      'a refund is open',
      () => sql`UPDATE refunds SET state = 'REQUESTED' WHERE voucher_id = ${sale.voucherId}`.execute(sale.db),
    ],
  ])('%s', async (_, meanwhile) => {
    await close()
    await meanwhile()
    expect(await settleEnded(sale, sale.voucherId)).toBe(false)
    expect(await stateOf()).toBe('CLOSED')
  })

  test.each([
    ['a purchase awaits payment', 'AWAITING_PAYMENT'],
    ['a purchase is in process', 'PROCESSING'],
  ])('%s, also for a caller that has seen none', async (_, state) => {
    await close()
    await sql`UPDATE purchases SET state = ${state} WHERE reservation_id = ${sale.refused.reservationId}`.execute(
      sale.db,
    )
    const settling = settleCampaign(sale.db, sale.voucherId, { actor: 'ann' })
    await expect(settling).rejects.toThrow('wait for their end')
  })
})

test('a settled campaign can be closed again, which changes nothing, and is not settled twice', async () => {
  await close()
  await settleEnded(sale, sale.voucherId)
  expect(await settleEnded(sale, sale.voucherId)).toBe(false)
  const again = await closeCampaign(sale.db, sale.voucherId, { actor: 'ann' })
  expect(again).toMatchObject({ changed: false, campaign: { state: 'SETTLED' } })
  const late = { voucherId: sale.voucherId, userId: 9, quantity: 1, reservationId: newReservationId(sale.voucherId) }
  expect(await sale.gate.admit(late)).toMatchObject({ status: 'refused', code: 'ENDED' })
})
