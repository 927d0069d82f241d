import { randomUUID } from 'node:crypto'
import { type Sandbox, startSandbox } from 'seckill-payment/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { booksOf, metric, openedPayment, orderOf, type TestOrder } from './orders.js'
import { send } from './sale.js'
import { callbackText, post, sendCallback } from './signed-callback.js'

let sandbox: Sandbox
let api: ApiUnderTest
let secret: string

beforeAll(async () => {
  sandbox = await startSandbox()
  api = await startApi({ sandbox })
  secret = sandbox.options.webhookSecrets[0] ?? ''
})
afterEach(() => sandbox.behave({}))
afterAll(async () => {
  await api.close()
  await sandbox.close()
})

/** An order whose payment is open at the provider. */
async function payable() {
  const order = await orderOf(api, 1)
  const payment = await openedPayment(api, order)
  const told = { id: payment.providerId, merchantReference: payment.id, amount: payment.amount } as const
  return { order, payment, told }
}

function inbox(messageId: string) {
  return api.database.db.selectFrom('payment_inbox').selectAll().where('message_id', '=', messageId).execute()
}

async function stateOf(order: TestOrder) {
  const { order: row, payment, purchase } = await booksOf(api, order)
  return [row.state, payment?.state, purchase.state]
}

describe("the provider's callbacks", () => {
  it('pay the order: order, payment and purchase are changed by one callback of a payer who paid', async () => {
    const { order, payment } = await payable()
    const before = await metric(api, 'seckill_payment_captures_total')
    await sandbox.pay(payment.payUrl)
    await expect.poll(() => stateOf(order)).toEqual(['PAID', 'CAPTURED', 'PAID'])
    expect((await booksOf(api, order)).payment?.captured_at).toEqual(expect.any(Number))
    expect(await metric(api, 'seckill_payment_captures_total')).toBe(before + 1)
  })

  it('that are doubled by the provider are stored once and change once', async () => {
    await sandbox.behave({ callbackDoubledShare: 1 })
    const { order, payment } = await payable()
    const received = await metric(api, 'seckill_payment_callbacks_total{result="applied"}')
    await sandbox.pay(payment.payUrl)
    await expect.poll(() => metric(api, 'seckill_payment_callbacks_total{result="applied"}')).toBe(received + 2)
    expect(await stateOf(order)).toEqual(['PAID', 'CAPTURED', 'PAID'])
    const { db } = api.database
    const rows = await db.selectFrom('payment_inbox').selectAll().where('payment_id', '=', payment.id).execute()
    expect(rows.map(({ quarantine }) => quarantine)).toEqual([null])
  })

  it('the same callback twice changes once', async () => {
    const { order, told } = await payable()
    const text = callbackText({ ...told, state: 'captured' })
    const id = `msg_${randomUUID()}`
    expect((await sendCallback(api, text, { secret, id })).status).toBe(204)
    const books = await booksOf(api, order)
    expect(books.order.state).toBe('PAID')
    expect((await sendCallback(api, text, { secret, id })).status).toBe(204)
    expect(await booksOf(api, order)).toEqual(books)
    expect(await inbox(id)).toHaveLength(1)
  })

  it('five copies of a callback at the same time change once', async () => {
    const { order, told } = await payable()
    const text = callbackText({ ...told, state: 'captured' })
    const id = `msg_${randomUUID()}`
    const captured = await metric(api, 'seckill_payment_captures_total')
    const answers = await Promise.all(Array.from({ length: 5 }, () => sendCallback(api, text, { secret, id })))
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204, 204, 204])
    expect(await stateOf(order)).toEqual(['PAID', 'CAPTURED', 'PAID'])
    expect(await metric(api, 'seckill_payment_captures_total')).toBe(captured + 1)
  })

  it('a late closed after a capture changes nothing', async () => {
    const { order, told } = await payable()
    await sendCallback(api, callbackText({ ...told, state: 'captured' }), { secret })
    const books = await booksOf(api, order)
    expect((await sendCallback(api, callbackText({ ...told, state: 'closed' }), { secret })).status).toBe(204)
    expect(await booksOf(api, order)).toEqual(books)
  })

  it('a failed attempt leaves the order payable, and the payment open', async () => {
    const { order, payment } = await payable()
    const ignored = await metric(api, 'seckill_payment_callbacks_total{result="ignored"}')
    await send(payment.payUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ action: 'fail' }),
    })
    await expect.poll(() => metric(api, 'seckill_payment_callbacks_total{result="ignored"}')).toBe(ignored + 1)
    expect(await stateOf(order)).toEqual(['PENDING_PAYMENT', 'OPEN', 'AWAITING_PAYMENT'])
    await sandbox.pay(payment.payUrl)
    await expect.poll(() => stateOf(order)).toEqual(['PAID', 'CAPTURED', 'PAID'])
  })

  it('a capture while the order is closing pays it, whatever the time is', async () => {
    const { order, payment } = await payable()
    const closing = { state: 'CLOSING', closing_reason: 'PAYMENT_EXPIRED', pay_before: 1 } as const
    await api.database.db.updateTable('orders').set(closing).where('id', '=', order.orderId).execute()
    await sandbox.pay(payment.payUrl)
    await expect.poll(() => stateOf(order)).toEqual(['PAID', 'CAPTURED', 'PAID'])
  })

  it.each(['EXPIRED', 'CANCELLED'] as const)(
    'a late paid after the order is %s makes a refund row, and moves neither stock nor the order',
    async (state) => {
      const { order, told } = await payable()
      const { db } = api.database
      await db.updateTable('orders').set({ state }).where('id', '=', order.orderId).execute()
      await db.updateTable('payments').set({ state: 'CLOSED' }).where('order_id', '=', order.orderId).execute()
      const before = await booksOf(api, order)
      const text = callbackText({ ...told, state: 'captured' })
      for (const _ of [1, 2]) expect((await sendCallback(api, text, { secret })).status).toBe(204)
      const after = await booksOf(api, order)
      expect(after.refunds).toMatchObject([{ kind: 'LATE', state: 'REQUESTED', amount_minor: 990, currency: 'CNY' }])
      expect([after.order, after.purchase, after.stock]).toEqual([before.order, before.purchase, before.stock])
      expect(after.payment?.state).toBe('CAPTURED')
    },
  )
})

describe('callbacks that change nothing, are kept in quarantine, and are countable', () => {
  /** Sends a callback and expects that it changed nothing and is in quarantine with its reason. */
  async function expectQuarantine(
    { order, text, status, reason }: { order: TestOrder; text: string; status: number; reason: string },
    callback: () => ReturnType<typeof post>,
  ) {
    const before = await booksOf(api, order)
    const counted = await metric(api, `seckill_payment_quarantined_total{reason="${reason}"}`)
    const answer = await callback()
    expect(answer.status).toBe(status)
    if (status === 400) expect(answer.body).toMatchObject({ error: 'CALLBACK_REJECTED', data: { reason } })
    expect(await booksOf(api, order)).toEqual(before)
    const { db } = api.database
    const rows = await db.selectFrom('payment_inbox').selectAll().where('body', '=', text).execute()
    expect(rows.map(({ quarantine }) => quarantine)).toEqual([reason])
    expect(await metric(api, `seckill_payment_quarantined_total{reason="${reason}"}`)).toBe(counted + 1)
  }

  it('a callback without a signature', async () => {
    const { order, told } = await payable()
    const text = callbackText({ ...told, state: 'captured' })
    await expectQuarantine({ order, text, status: 400, reason: 'UNSIGNED' }, () => post(api, text))
  })

  it('a callback signed with another secret', async () => {
    const { order, told } = await payable()
    const text = callbackText({ ...told, state: 'captured' })
    const other = `whsec_${Buffer.from('the secret of somebody else: 32 b').toString('base64')}`
    await expectQuarantine({ order, text, status: 400, reason: 'UNSIGNED' }, () =>
      sendCallback(api, text, { secret: other }),
    )
  })

  it('a callback whose body was changed behind the signature', async () => {
    const { order, told } = await payable()
    const text = callbackText({ ...told, state: 'captured' })
    const changed = text.replace('captured', 'closed')
    await expectQuarantine({ order, text: changed, status: 400, reason: 'UNSIGNED' }, () =>
      sendCallback(api, text, { secret, sentText: changed }),
    )
  })

  it.each([
    ['replayed, older than 5 minutes', -301_000],
    ['from the future', 301_000],
  ])('a callback that is %s', async (_, age) => {
    const { order, told } = await payable()
    const text = callbackText({ ...told, state: 'captured' })
    await expectQuarantine({ order, text, status: 400, reason: 'STALE' }, () =>
      sendCallback(api, text, { secret, signedAt: Date.now() + age }),
    )
  })

  it.each([
    ['no JSON', '{"type":"payment.captured",'],
    ['JSON of another kind', '[1,2,3]'],
    ['a payment without its amount', '{"type":"payment.captured","data":{"payment":{"id":"pay_1"}}}'],
  ])('a malformed callback, signed: %s', async (_, begin) => {
    const { order } = await payable()
    const text = `${begin}${' '.repeat(Math.ceil(Math.random() * 1_000))}`
    await expectQuarantine({ order, text, status: 400, reason: 'MALFORMED' }, () => sendCallback(api, text, { secret }))
  })

  it('a callback with an id that no inbox can hold', async () => {
    const { order, told } = await payable()
    const text = callbackText({ ...told, state: 'captured' })
    await expectQuarantine({ order, text, status: 400, reason: 'MALFORMED' }, () =>
      sendCallback(api, text, { secret, id: 'm'.repeat(161) }),
    )
  })

  it.each([
    ['a foreign amount', { amount: 1 }, 'FOREIGN_AMOUNT'],
    ['a foreign currency', { currency: 'USD' }, 'FOREIGN_CURRENCY'],
    ['a payment that the sale does not have', { merchantReference: 'P-O-none' }, 'UNKNOWN_PAYMENT'],
    ["another of the provider's payments", { id: 'pay_other' }, 'UNKNOWN_PAYMENT'],
    ['a payment with a name that no column can hold', { merchantReference: '订单七' }, 'UNKNOWN_PAYMENT'],
  ])('a genuine callback of %s is taken with 204', async (_, changes, reason) => {
    const { order, told } = await payable()
    const text = callbackText({ ...told, ...changes, state: 'captured' })
    await expectQuarantine({ order, text, status: 204, reason }, () => sendCallback(api, text, { secret }))
  })

  it('a body of more than 64 KB is 413, one that is encoded is 415, and neither is kept', async () => {
    expect((await post(api, 'x'.repeat(65_537))).body.error).toBe('BODY_TOO_LARGE')
    expect((await post(api, 'x', { 'content-encoding': 'gzip' })).body.error).toBe('UNSUPPORTED_MEDIA_TYPE')
    expect((await send(`${api.url}/webhooks/payments`)).headers.get('allow')).toBe('POST')
  })
})
