import { sql } from 'kysely'
import { planDeliveries, writeAudit, writeNotifications } from 'seckill-store/mysql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ApiUnderTest } from './api-under-test.js'
import { startApiWithRuns } from './api-with-runs.js'
import { callAdmin, type Role } from './call-admin.js'
import { orderOf } from './orders.js'
import type { PurchaseRuns } from './purchase-runs.js'
import { ask, buy, startSale } from './sale.js'

let api: ApiUnderTest
let runs: PurchaseRuns
let close: () => Promise<void>

beforeAll(async () => {
  ;({ api, runs, close } = await startApiWithRuns())
})
afterAll(() => close())

const call = (path: string, body?: object, role: Role = 'operator') =>
  callAdmin(api, { method: body === undefined ? 'GET' : 'POST', path, body, role })

const auditOf = async (subject: string) => (await call(`/audit?subject=${subject}`)).body.data.entries

/** A purchase whose run awaits its payment. */
async function awaitingPayment() {
  const { voucherId } = await startSale(api, { total: 1 })
  const { traceId } = (await buy(api, voucherId, 4)).body.data
  const { workflowId } = await runs.start(voucherId)
  await expect.poll(async () => (await ask(api, traceId, 4)).body.data?.status).toBe('AWAITING_PAYMENT')
  return { voucherId, traceId, workflowId }
}

/** A purchase that is refused for want of stock, and whose claim cannot be given back. */
async function parked() {
  const { db } = api.database
  const { voucherId } = await startSale(api, { total: 1 })
  await db.updateTable('stock').set({ quantity: 0 }).where('voucher_id', '=', voucherId).execute()
  const trigger = `keep_claims_${voucherId}`
  await sql`
    CREATE TRIGGER ${sql.id(trigger)} BEFORE DELETE ON user_claims FOR EACH ROW
    IF OLD.voucher_id = ${sql.lit(voucherId)} THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'claims are kept'; END IF
  `.execute(db)
  const { traceId } = (await buy(api, voucherId, 5)).body.data
  const { workflowId } = await runs.start(voucherId)
  const laneOf = async () =>
    (await call('/parked')).body.data.lanes.find(({ lane }: { lane: string }) => lane === traceId)
  await expect.poll(laneOf).toBeDefined()
  const mend = () => sql`DROP TRIGGER ${sql.id(trigger)}`.execute(db)
  return { voucherId, traceId, workflowId, laneOf, mend }
}

describe('the roles', () => {
  it('let a viewer read, an operator change, and a shopper do neither', async () => {
    for (const path of ['/campaigns', '/audit', '/dead-letters', '/parked', '/notifications', '/payments/quarantine']) {
      expect((await call(path, undefined, 'viewer')).status).toBe(200)
      expect(await call(path, undefined, 'buyer')).toMatchObject({ status: 403, body: { error: 'FORBIDDEN' } })
    }
    const changes = ['/parked/take-up', '/parked/runs/purchase-1-a/retry', '/notifications/send-again', '/campaigns']
    for (const path of changes) {
      const answer = await call(path, { reason: 'test' }, 'viewer')
      expect(answer).toMatchObject({ status: 403, body: { error: 'OPERATOR_REQUIRED' } })
    }
  })
})

describe('GET /admin/v1/purchases', () => {
  it('finds by voucher, user, trace id, order and state, page by page', async () => {
    const sale = await startSale(api, { total: 3 })
    const orders = [await orderOf(api, 1, sale), await orderOf(api, 2, sale), await orderOf(api, 3, sale)] as const
    const found = async (query: string) => {
      const { body } = await call(`/purchases?${query}`)
      return body.data.purchases.map(({ userId }: { userId: number }) => userId)
    }
    const { voucherId } = sale
    expect(await found(`voucherId=${voucherId}`)).toEqual([3, 2, 1])
    expect(await found(`voucherId=${voucherId}&userId=2`)).toEqual([2])
    expect(await found(`traceId=${orders[0].traceId}`)).toEqual([1])
    expect(await found(`orderId=${orders[2].orderId}`)).toEqual([3])
    expect(await found(`voucherId=${voucherId}&state=PAID`)).toEqual([])
    const first = (await call(`/purchases?voucherId=${voucherId}&limit=2`)).body.data
    expect(first.next).toBe(2)
    expect(await found(`voucherId=${voucherId}&limit=2&offset=2`)).toEqual([1])
  })

  it('has to narrow the purchases down', async () => {
    expect((await call('/purchases?state=PAID')).body.error).toBe('INVALID_REQUEST')
  })
})

describe('GET /admin/v1/purchases/:traceId', () => {
  it('has MySQL, the gate, the run, and the way through the saga', async () => {
    const { traceId, workflowId, voucherId } = await awaitingPayment()
    const { body } = await call(`/purchases/${traceId}`)
    expect(body.data).toMatchObject({
      purchase: { state: 'AWAITING_PAYMENT', userId: 4, voucherId },
      hold: { state: 'ASSIGNED', runId: workflowId },
      run: { workflowId, status: 'RUNNING', closedAt: null },
      lane: { status: 'waiting', at: 'payment' },
      silent: null,
      links: { run: null },
    })
    const states = body.data.steps.map(({ step, state }: { step: string; state: string }) => `${step} ${state}`)
    expect(states).toEqual([
      'hold done',
      'checkUser done',
      'checkVoucher done',
      'deductStock done',
      'createOrder done',
      'payment waiting',
    ])
  })

  it('says that no run has taken what waits at the gate, and is 404 for what nothing knows', async () => {
    const { voucherId } = await startSale(api)
    const { traceId } = (await buy(api, voucherId, 6)).body.data
    const { body } = await call(`/purchases/${traceId}`)
    expect(body.data).toMatchObject({ purchase: null, hold: { state: 'WAITING' }, run: null, lane: null })
    expect((await call('/purchases/none')).status).toBe(404)
  })
})

describe('the parked lanes', () => {
  it('are listed, refuse a verb that does not fit, and end by one that does, with an audit row', async () => {
    const { traceId, workflowId, laneOf, mend } = await parked()
    expect(await laneOf()).toMatchObject({ workflowId, step: 'checkUser', phase: 'compensation' })
    const path = (await call(`/purchases/${traceId}`)).body.data
    expect(path.steps.at(1)).toMatchObject({ step: 'checkUser', compensation: { state: 'stuck' } })

    const refused = await call(`/parked/runs/${workflowId}/compensate`, { lanes: [traceId], reason: 'wrong verb' })
    expect(refused).toMatchObject({ status: 409, body: { error: 'VERB_REFUSED' } })
    expect((await call(`/parked/runs/${workflowId}/retry`, {})).body.error).toBe('INVALID_REQUEST')
    await mend()
    const retried = await call(`/parked/runs/${workflowId}/retry`, { lanes: [traceId], reason: 'mended' })
    expect(retried).toMatchObject({ status: 200, body: { data: { verb: 'retry', lanes: 1, declined: [] } } })
    await expect.poll(async () => (await ask(api, traceId, 5)).body.data?.status).toBe('REFUSED')
    expect(await auditOf(`run:${workflowId}`)).toMatchObject([
      { actor: 'user:9', action: 'lanes.retry', reason: 'mended', after: { lanes: [traceId] } },
      { action: 'lanes.compensate', reason: 'wrong verb' },
    ])
    const closed = await call(`/parked/runs/${workflowId}/retry`, { reason: 'again' })
    expect(closed).toMatchObject({ status: 409, body: { error: 'RUN_NOT_OPEN' } })
  })

  it('cannot all be aborted at once, nor operated in a workflow that is not of the sale', async () => {
    for (const path of ['/parked/all/purchase/abort', '/parked/all/other/retry', '/parked/runs/other-1/retry']) {
      expect((await call(path, { reason: 'test' })).body.error).toBe('INVALID_REQUEST')
    }
  })

  it('and what was put aside is taken up with an audit row', async () => {
    const answer = await call('/parked/take-up', { reason: 'the worker is mended' })
    expect(answer.body.data).toEqual({ purchases: 0 })
    expect((await auditOf('purchases'))[0]).toMatchObject({
      action: 'purchases.take-up',
      reason: 'the worker is mended',
    })
  })
})

describe('the messages to buyers', () => {
  it('are listed by state, and dead ones sent again by id or all at once', async () => {
    const { db } = api.database
    const orders = [await orderOf(api, 7), await orderOf(api, 8)] as const
    await writeNotifications(
      db,
      'PAID',
      orders.map(({ traceId }) => traceId),
    )
    await planDeliveries(db, { limit: 100, reminderMs: 60_000, channelsOf: () => ['log'] })
    await db.updateTable('notification_deliveries').set({ state: 'DEAD', due_at: null, problem: 'given up' }).execute()
    const listed = (await call('/notifications')).body.data
    const ids = orders.map(({ traceId }) => `${traceId}.PAID`)
    expect(listed.deliveries.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(ids))
    expect(listed.dead).toBe(listed.deliveries.length)

    const one = await call('/notifications/send-again', { ids: [ids[0]], reason: 'the server is up' })
    expect(one.body.data).toEqual({ deliveries: 1 })
    const rest = await call('/notifications/send-again', { all: true, reason: 'the server is up' })
    expect(rest.body.data).toEqual({ deliveries: listed.dead - 1 })
    expect((await call('/notifications')).body.data).toMatchObject({ deliveries: [], dead: 0 })
    expect((await auditOf('notifications'))[0]).toMatchObject({ actor: 'user:9', reason: 'the server is up' })
    expect((await call('/notifications/send-again', { reason: 'neither' })).body.error).toBe('INVALID_REQUEST')
  })
})

describe('GET /admin/v1/audit', () => {
  it('has the newest change first, by subject and actor, page by page', async () => {
    const first = (await call('/audit?limit=2')).body.data
    expect(first.entries).toHaveLength(2)
    const rest = (await call(`/audit?limit=200&before=${first.next}`)).body.data
    expect(rest.entries[0].id).toBeLessThan(first.entries[1].id)
    expect((await call('/audit?actor=user:77')).body.data).toEqual({ entries: [], next: null })
  })
})

describe('the dead letters of the broker', () => {
  it('are shown page by page with what became of their purchases, and that there is no broker here', async () => {
    const { db } = api.database
    const letter = { actor: 'intake', action: 'dead-letter' } as const
    const body = '<img src=x onerror=alert(1)>'
    await writeAudit(db, {
      ...letter,
      subject: 'voucher:7',
      reason: 'delivery_limit',
      after: { messageId: 'run-1', refused: 2 },
    })
    await writeAudit(db, {
      ...letter,
      subject: 'dead-letter',
      reason: 'rejected',
      after: { messageId: '', refused: 0, body },
    })
    const { data } = (await call('/dead-letters?limit=1')).body
    expect(data).toMatchObject({ isBrokerUsed: false, waiting: null, letters: [{ voucherId: null, refused: 0, body }] })
    const older = (await call(`/dead-letters?limit=1&before=${data.next}`)).body.data
    expect(older.letters).toMatchObject([
      { voucherId: 7, messageId: 'run-1', reason: 'delivery_limit', refused: 2, body: null },
    ])
  })
})
