import { signToken } from 'seckill-cli/sale'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Followed, followEvents } from './follow-events.js'
import { openSaleUnderTest, patienceMs, type SaleUnderTest } from './sale-under-test.js'

const userId = 1
const patience = { timeout: patienceMs }

describe('an event stream that is open while the API ends and starts again', () => {
  let under: SaleUnderTest
  beforeAll(async () => {
    under = await openSaleUnderTest()
  })
  afterAll(() => under?.close())

  /** A purchase that waits for its payment, followed until it does. */
  async function bought(payWindowMs?: number) {
    const voucherId = await under.putOnSale(1, payWindowMs)
    const [traceId = ''] = (await under.rush(voucherId, { shoppers: 1, rate: 1 })).traceIds
    const followed = await followEvents(under, { traceId, userId })
    await expect.poll(() => followed.events.at(-1)?.status, patience).toBe('AWAITING_PAYMENT')
    return { traceId, followed }
  }

  const goOn = (traceId: string, { events }: Followed) =>
    followEvents(under, { traceId, userId, lastEventId: events.at(-1)?.id })

  async function cancel(traceId: string): Promise<void> {
    const headers = { authorization: `Bearer ${await signToken(under.sale.secret, { userId })}` }
    const answer = await fetch(`${under.sale.api.url}/api/v1/purchases/${traceId}`, { method: 'DELETE', headers })
    expect(answer.ok).toBe(true)
  }

  const idsOf = ({ events }: Followed) => events.map(({ id }) => id)
  const told = ({ events }: Followed) => events.map(({ event, status }) => `${event} ${status}`)

  it.each([
    ['is killed', () => under.sale.kill('api'), 'broken'],
    ['is stopped', () => Promise.resolve(), 'ended'],
  ] as const)('goes on behind its last event, and repeats nothing, when the process %s', async (_how, end, how) => {
    const { traceId, followed } = await bought()
    await end()
    await under.sale.restart('api')
    expect(await followed.ended).toBe(how)
    const again = await goOn(traceId, followed)
    expect(again.status).toBe(200)
    await cancel(traceId)
    expect(await again.ended).toBe('ended')
    expect(idsOf(again).filter((id) => idsOf(followed).includes(id))).toEqual([])
    expect(told(again).slice(-2)).toEqual(['status CANCELLED', 'end CANCELLED'])
    expect(await goOn(traceId, again)).toMatchObject({ status: 204, events: [] })
  })

  it('is told what happened while no API ran', async () => {
    const { traceId, followed } = await bought(5_000)
    await under.sale.kill('api')
    expect(await followed.ended).toBe('broken')
    const state = async () =>
      (
        await under.sources.db
          .selectFrom('purchases')
          .select('state')
          .where('reservation_id', '=', traceId)
          .executeTakeFirstOrThrow()
      ).state
    await expect.poll(state, patience).toBe('EXPIRED')
    await under.sale.restart('api')
    const again = await goOn(traceId, followed)
    expect(await again.ended).toBe('ended')
    expect(told(again)).toEqual(['status EXPIRED', 'end EXPIRED'])
  })
})
