import { type Sandbox, startSandbox } from 'seckill-payment/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { type EventClient, openEvents } from './event-client.js'
import { cancel, metric, openedPayment, type TestOrder } from './orders.js'
import { type PurchaseRuns, startRuns } from './purchase-runs.js'
import { ask, buy, send, startSale } from './sale.js'
import { tokenOf } from './tokens.js'

const env = {
  EVENT_READ_EVERY_MS: '50',
  EVENT_HEARTBEAT_MS: '1000',
  EVENT_STREAMS_MAX: '5',
  EVENT_STREAMS_PER_USER: '3',
}

let sandbox: Sandbox
let api: ApiUnderTest
let runs: PurchaseRuns

beforeAll(async () => {
  sandbox = await startSandbox()
  api = await startApi({ sandbox, env })
  runs = await startRuns(api, sandbox)
})
afterAll(async () => {
  await runs.stop()
  await api.close()
  await sandbox.close()
})

type Bought = Pick<TestOrder, 'traceId' | 'userId' | 'voucherId'>

/** A purchase that waits at the gate. */
async function bought(userId = 1, sale?: { readonly voucherId: number }): Promise<Bought> {
  const { voucherId } = sale ?? (await startSale(api))
  const { traceId } = (await buy(api, voucherId, userId)).body.data
  return { voucherId, userId, traceId }
}

/** A purchase that awaits its payment, with its events. */
async function watchedOrder(): Promise<TestOrder & { readonly events: EventClient }> {
  const purchase = await bought()
  const events = await openEvents(api, purchase)
  await runs.start(purchase.voucherId)
  await expect.poll(() => events.statuses().at(-1)).toBe('AWAITING_PAYMENT')
  return { ...purchase, orderId: `O-${purchase.traceId}`, events }
}

/** Waits until no stream is open any more, so that the next test has all places. */
async function expectNoStreams(): Promise<void> {
  await expect.poll(() => metric(api, 'seckill_event_streams')).toBe(0)
}

describe('GET /api/v1/purchases/:traceId/events', () => {
  it('tells a buyer each status from the queue to the payment, with what GET of the purchase says, and ends', async () => {
    const { events, ...order } = await watchedOrder()
    expect(events.status).toBe(200)
    expect(events.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    expect(events.events[0]?.data).toMatchObject({ status: 'QUEUED', place: 1, expectedWait: null })
    expect(events.events.at(-1)?.data).toEqual((await ask(api, order.traceId, order.userId)).body.data)
    await sandbox.pay((await openedPayment(api, order)).payUrl)
    await events.ended
    expect(events.statuses()[0]).toBe('QUEUED')
    expect(events.statuses().slice(-2)).toEqual(['AWAITING_PAYMENT', 'PAID'])
    expect(events.events.at(-1)).toMatchObject({ event: 'end', data: { status: 'PAID', orderId: order.orderId } })
    expect(events.events.at(-1)?.id).toBe(events.events.at(-2)?.id)
    await expectNoStreams()
  })

  it('tells the cancel of a queued purchase', async () => {
    const purchase = await bought()
    const events = await openEvents(api, purchase)
    await cancel(api, purchase)
    await events.ended
    expect(events.statuses()).toEqual(['QUEUED', 'CANCELLED'])
    expect(events.events.at(-1)?.data.reason).toBe('CANCELLED_BY_BUYER')
  })

  it('tells a closing order, its cancel, and the refund of money that came late', async () => {
    const { events, ...order } = await watchedOrder()
    const payment = await openedPayment(api, order)
    await cancel(api, order)
    await events.ended
    expect(events.statuses().at(-1)).toBe('CANCELLED')
    const { db } = api.database
    await db
      .insertInto('refunds')
      .values({
        id: `R-${payment.id}`,
        payment_id: payment.id,
        order_id: order.orderId,
        voucher_id: order.voucherId,
        amount_minor: 990,
        currency: 'CNY',
        kind: 'LATE',
        reason: 'late',
        state: 'REQUESTED',
        attempt: 1,
        provider_id: null,
        owner: null,
        requested_at: 1,
        updated_at: 1,
      })
      .execute()
    const again = await openEvents(api, { ...order, lastEventId: events.events.at(-1)?.id ?? '' })
    await expect
      .poll(() => again.events[0]?.data.refund)
      .toEqual({ state: 'PENDING', amountMinor: 990, currency: 'CNY' })
    await db.updateTable('refunds').set({ state: 'DONE' }).where('payment_id', '=', payment.id).execute()
    await again.ended
    expect(again.events.at(-1)).toMatchObject({
      event: 'end',
      data: { status: 'CANCELLED', refund: { state: 'DONE' } },
    })
  })

  it('a client that has the final event is answered 204, which ends its reconnecting; one that has an older event gets it', async () => {
    const purchase = await bought()
    const events = await openEvents(api, purchase)
    await cancel(api, purchase)
    await events.ended
    const [first, last] = [events.events[0]?.id ?? '', events.events.at(-1)?.id ?? '']
    expect(await openEvents(api, { ...purchase, lastEventId: last })).toMatchObject({ status: 204, events: [] })
    const again = await openEvents(api, { ...purchase, lastEventId: first })
    await again.ended
    expect(again.statuses()).toEqual(['CANCELLED'])
  })

  it('another process knows the ids of this one', async () => {
    const other = await startApi({ database: api.database, env })
    try {
      const purchase = await bought()
      const events = await openEvents(api, purchase)
      await runs.start(purchase.voucherId)
      await expect.poll(() => events.statuses().at(-1)).toBe('AWAITING_PAYMENT')
      events.close()
      const there = await openEvents(other, { ...purchase, lastEventId: events.events.at(-1)?.id ?? '' })
      await expect.poll(() => there.text()).toContain(': heartbeat')
      expect(there.events).toEqual([])
      await cancel(api, purchase)
      await there.ended
      expect(there.statuses().at(-1)).toBe('CANCELLED')
    } finally {
      await other.close()
    }
  })

  it('is for the owner only: 404 for another user and an unknown id, 401 without a token, 400 for no trace id', async () => {
    const purchase = await bought()
    const url = `${api.url}/api/v1/purchases/${purchase.traceId}/events`
    const headers = { authorization: `Bearer ${await tokenOf(2)}` }
    const unknown = url.replace(/.{8}\/events$/, 'aaaaaaaa/events')
    const answers = [
      await send(url, { headers }),
      await send(unknown, { headers }),
      await send(url),
      await send(`${api.url}/api/v1/purchases/none/events`, { headers }),
      await send(url, { method: 'POST', headers }),
      await fetch(url, { method: 'HEAD', headers }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 401, 400, 405, 405])
    expect(answers[4]?.headers.get('allow')).toBe('GET')
    await expectNoStreams()
  })

  it('is bounded: 429 for a user beyond his streams, 503 beyond those of the process, and a place that is free is taken', async () => {
    const sale = await startSale(api)
    const [first, second] = [await bought(1, sale), await bought(2, sale)]
    const open = [1, 2, 3].map(() => openEvents(api, first))
    const streams = await Promise.all([...open, openEvents(api, second), openEvents(api, second)])
    const authorization = async (userId: number) => ({ headers: { authorization: `Bearer ${await tokenOf(userId)}` } })
    const eventsOf = ({ traceId }: Bought): string => `${api.url}/api/v1/purchases/${traceId}/events`
    const full = await send(eventsOf(second), await authorization(2))
    expect(full).toMatchObject({ status: 503, body: { error: 'STREAMS_FULL' } })
    streams.pop()?.close()
    await expect.poll(() => metric(api, 'seckill_event_streams')).toBe(4)
    const tooMany = await send(eventsOf(first), await authorization(1))
    expect(tooMany).toMatchObject({ status: 429, body: { error: 'TOO_MANY_REQUESTS' } })
    expect([full, tooMany].map(({ headers }) => headers.get('retry-after'))).toEqual(['5', '5'])
    streams.push(await openEvents(api, second))
    for (const stream of streams) stream.close()
    await expectNoStreams()
  })

  it('ends with a pause before the client comes back when the process stops', async () => {
    const other = await startApi({ database: api.database, env })
    const purchase = await bought()
    const events = await openEvents(other, purchase)
    await expect.poll(() => events.statuses()).toEqual(['QUEUED'])
    const stopped = other.dependencies.events.stop()
    await events.ended
    await stopped
    expect(events.text()).toMatch(/retry: \d+\n\n$/)
    expect(events.events.map(({ event }) => event)).toEqual(['status'])
    await other.close()
  })
})

describe('the place in the queue', () => {
  it('is in the status and the events of a queued purchase, and moves as runs take those ahead', async () => {
    const sale = await startSale(api, { total: 10 })
    const purchases = []
    for (const userId of [1, 2, 3, 4]) purchases.push(await bought(userId, sale))
    const last = purchases.at(-1)
    if (last === undefined) throw new Error('nothing was bought')
    expect((await ask(api, last.traceId, last.userId)).body.data).toMatchObject({ status: 'QUEUED', place: 4 })
    const events = await openEvents(api, last)
    const take = { voucherId: sale.voucherId, runId: 'purchase-test', maxLanes: 2, leaseMs: 60_000, maxOpenRuns: 9 }
    await api.dependencies.gate.take(take)
    await expect.poll(() => events.events.at(-1)?.data.place).toBe(2)
    expect(new Set(events.events.map(({ id }) => id)).size).toBe(1)
    events.close()
  })
})
