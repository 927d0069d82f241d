import { sql } from 'kysely'
import { newReservationId } from 'seckill-store/gate'
import { applyMessages, beginClosings, finishClosings, type InboxMessage, startPayment } from 'seckill-store/mysql'
import { seedCampaign, sellLanes, type TemporaryDatabase, temporaryDatabase } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let database: TemporaryDatabase
let voucherId: number
beforeAll(async () => {
  database = await temporaryDatabase()
  voucherId = (await seedCampaign(database.db, { total: 1_000, users: 10 })).voucherId
})
afterAll(() => database.drop())

let seq = 0

/** A sold lane whose payment was started. */
async function awaitingPayment() {
  const reservationId = newReservationId(voucherId)
  seq++
  const lane = { reservationId, voucherId, userId: 1, quantity: 1, seq, admittedAt: 1, termsVersion: 1, keyDigest: '' }
  await sellLanes(database.db, [lane], 'run')
  const orderId = `order-${reservationId}`
  const started = await startPayment(database.db, { userId: 1, orderId, provider: 'sandbox' })
  if (started?.status !== 'started') throw new Error('the payment did not start')
  const { id, amount_minor: amountMinor, currency } = started.payment
  return { reservationId, orderId, paymentId: id, amountMinor, currency }
}

type Awaiting = Awaited<ReturnType<typeof awaitingPayment>>

function callback(of: Awaiting, state: 'captured' | 'closed' | 'open', changes = {}): InboxMessage {
  const { paymentId, amountMinor, currency } = of
  const payment = { id: `pay_${paymentId}`, paymentId, state, amountMinor, currency, ...changes }
  return { kind: 'payment', messageId: `${state}-${paymentId}-${JSON.stringify(changes)}`, body: '{}', payment }
}

const apply = (...messages: InboxMessage[]) => applyMessages(database.db, 'sandbox', messages)

async function expire({ reservationId, paymentId }: Awaiting, state: 'closed' | 'captured' | 'pending' = 'closed') {
  await sql`UPDATE orders SET pay_before = 1 WHERE reservation_id = ${reservationId}`.execute(database.db)
  await beginClosings(database.db, [{ reservationId, reason: 'PAYMENT_EXPIRED' }])
  await finishClosings(database.db, [{ paymentId, providerId: `pay_${paymentId}`, state }], 60_000)
}

async function booksOf({ reservationId, orderId, paymentId }: Awaiting) {
  const { db } = database
  const order = await db.selectFrom('orders').selectAll().where('id', '=', orderId).executeTakeFirstOrThrow()
  const payment = await db.selectFrom('payments').selectAll().where('id', '=', paymentId).executeTakeFirstOrThrow()
  const purchase = await db
    .selectFrom('purchases')
    .selectAll()
    .where('reservation_id', '=', reservationId)
    .executeTakeFirstOrThrow()
  const refunds = await db.selectFrom('refunds').selectAll().where('payment_id', '=', paymentId).execute()
  return { order: order.state, payment: payment.state, purchase: purchase.state, refunds: refunds.map((r) => r.state) }
}

describe('events of one payment, in every order', () => {
  it('a capture pays the order once, however often its callback comes', async () => {
    const one = await awaitingPayment()
    const first = await apply(callback(one, 'captured'))
    expect(first.paid).toEqual([{ reservationId: one.reservationId, owner: 'run' }])
    expect((await apply(callback(one, 'captured'), callback(one, 'captured'))).paid).toEqual([])
    expect(await booksOf(one)).toEqual({ order: 'PAID', payment: 'CAPTURED', purchase: 'PAID', refunds: [] })
  })

  it('a capture after the time to pay, but before the close, pays the order', async () => {
    const one = await awaitingPayment()
    await sql`UPDATE orders SET pay_before = 1 WHERE id = ${one.orderId}`.execute(database.db)
    await beginClosings(database.db, [{ reservationId: one.reservationId, reason: 'PAYMENT_EXPIRED' }])
    expect((await apply(callback(one, 'captured'))).paid).toHaveLength(1)
    expect(await booksOf(one)).toMatchObject({ order: 'PAID', refunds: [] })
  })

  it('a capture after the close is refunded, once, and moves neither order nor purchase', async () => {
    const one = await awaitingPayment()
    await expire(one)
    for (let copy = 0; copy < 3; copy++) expect((await apply(callback(one, 'captured'))).paid).toEqual([])
    expect(await booksOf(one)).toMatchObject({ order: 'EXPIRED', payment: 'CAPTURED', refunds: ['REQUESTED'] })
  })

  it('a capture after the buyer cancelled is refunded', async () => {
    const one = await awaitingPayment()
    await beginClosings(database.db, [{ reservationId: one.reservationId, reason: 'CANCELLED_BY_BUYER' }])
    await finishClosings(
      database.db,
      [{ paymentId: one.paymentId, providerId: `pay_${one.paymentId}`, state: 'closed' }],
      60_000,
    )
    await apply(callback(one, 'captured'))
    expect(await booksOf(one)).toMatchObject({ order: 'CANCELLED', refunds: ['REQUESTED'] })
  })

  it('a late close, an expiry and a cancel after the capture change nothing', async () => {
    const one = await awaitingPayment()
    await apply(callback(one, 'captured'))
    await apply(callback(one, 'closed'), callback(one, 'open'))
    await expire(one)
    await beginClosings(database.db, [{ reservationId: one.reservationId, reason: 'CANCELLED_BY_BUYER' }])
    expect(await booksOf(one)).toEqual({ order: 'PAID', payment: 'CAPTURED', purchase: 'PAID', refunds: [] })
  })

  it('a close that turns out to be a capture pays the order', async () => {
    const one = await awaitingPayment()
    await expire(one, 'captured')
    expect(await booksOf(one)).toMatchObject({ order: 'PAID', payment: 'CAPTURED', refunds: [] })
  })

  it('a pending payment gets one extension, and its order closes afterwards all the same', async () => {
    const one = await awaitingPayment()
    await expire(one, 'pending')
    expect(await booksOf(one)).toMatchObject({ order: 'CLOSING' })
    await sql`UPDATE orders SET extended_until = 1 WHERE id = ${one.orderId}`.execute(database.db)
    await expire(one, 'pending')
    expect(await booksOf(one)).toMatchObject({ order: 'EXPIRED', payment: 'REQUESTED' })
    await apply(callback(one, 'captured'))
    expect(await booksOf(one)).toMatchObject({ order: 'EXPIRED', refunds: ['REQUESTED'] })
  })
})

describe('a callback that does not fit', () => {
  const misfits = [
    ['a foreign amount', 'FOREIGN_AMOUNT', { amountMinor: 1 }],
    ['a foreign currency', 'FOREIGN_CURRENCY', { currency: 'EUR' }],
    ['an unknown payment', 'UNKNOWN_PAYMENT', { paymentId: 'P-of-nobody' }],
  ] as const

  it.each(misfits)('%s changes nothing and is kept in quarantine', async (_, reason, changes) => {
    const one = await awaitingPayment()
    const message = callback(one, 'captured', changes)
    const { paid, quarantined } = await apply(message)
    expect({ paid, quarantined }).toEqual({ paid: [], quarantined: [{ messageId: message.messageId, reason }] })
    expect(await booksOf(one)).toMatchObject({ order: 'PENDING_PAYMENT', payment: 'REQUESTED' })
    const kept = await database.db
      .selectFrom('payment_inbox')
      .select('quarantine')
      .where('message_id', '=', message.messageId)
      .execute()
    expect(kept).toEqual([{ quarantine: reason }])
  })

  it('another payment of the provider for the same order is unknown', async () => {
    const one = await awaitingPayment()
    await apply(callback(one, 'captured'))
    const { quarantined } = await apply(callback(one, 'captured', { id: 'pay_other' }))
    expect(quarantined).toMatchObject([{ reason: 'UNKNOWN_PAYMENT' }])
  })

  it('does not keep its neighbours from being applied', async () => {
    const [one, two] = [await awaitingPayment(), await awaitingPayment()]
    const { paid } = await apply(callback(one, 'captured', { amountMinor: 1 }), callback(two, 'captured'))
    expect(paid.map(({ reservationId }) => reservationId)).toEqual([two.reservationId])
  })
})

describe('a payment that is started', () => {
  it('twice is the same payment', async () => {
    const one = await awaitingPayment()
    const again = await startPayment(database.db, { userId: 1, orderId: one.orderId, provider: 'sandbox' })
    expect(again).toMatchObject({ status: 'started', payment: { id: one.paymentId } })
  })

  it('for an order whose time to pay is over, or that is closing, is refused with the state', async () => {
    const one = await awaitingPayment()
    await sql`UPDATE orders SET pay_before = 1 WHERE id = ${one.orderId}`.execute(database.db)
    const start = () => startPayment(database.db, { userId: 1, orderId: one.orderId, provider: 'sandbox' })
    expect(await start()).toEqual({ status: 'closed', state: 'PENDING_PAYMENT' })
    await beginClosings(database.db, [{ reservationId: one.reservationId, reason: 'PAYMENT_EXPIRED' }])
    expect(await start()).toEqual({ status: 'closed', state: 'CLOSING' })
  })

  it('for the order of another user is not found', async () => {
    const one = await awaitingPayment()
    expect(await startPayment(database.db, { userId: 2, orderId: one.orderId, provider: 'sandbox' })).toBeUndefined()
  })
})
