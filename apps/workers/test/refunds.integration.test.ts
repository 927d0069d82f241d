import { WorkflowIdConflictPolicy } from '@temporalio/client'
import { createSagaClient } from 'saga-core/client'
import { unfinishedRefunds } from 'seckill-store/mysql'
import { refundRunPrefix, refundTaskQueue, refundWorkflow } from 'seckill-workflows'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openPaidSales, type PaidOrder, type PaidSales } from './paid-sale.js'
import { kill, openWorkerProcesses, type WorkerProcesses } from './worker-processes.js'

let processes: WorkerProcesses
let sales: PaidSales
beforeAll(async () => {
  processes = await openWorkerProcesses()
  sales = await openPaidSales(processes)
})
afterEach(async () => {
  await processes.killAll()
  await sales.sandbox.behave({})
})
afterAll(async () => {
  await sales.close()
  await processes.close()
})

/** A worker that starts refunds soon, and looks for ended runs twice a second. */
function launch() {
  return processes.launchReady({ ...sales.environment, REFUND_START_MS: '50', REFUND_CHECK_MS: '500' })
}

function runOf(refundId: string) {
  return processes.client.workflow.getHandle(`${refundRunPrefix}${refundId}`)
}

async function statusOf(refundId: string) {
  return (await runOf(refundId).describe()).status.name
}

async function rowsOf(voucherId: number) {
  return processes.db
    .selectFrom('refunds')
    .selectAll()
    .where('voucher_id', '=', voucherId)
    .orderBy('order_id')
    .execute()
}

async function countDone(voucherId: number): Promise<number> {
  return (await rowsOf(voucherId)).filter(({ state }) => state === 'DONE').length
}

/** The orders of these states, by voucher. */
async function countRefunded(voucherId: number): Promise<number> {
  const orders = processes.db.selectFrom('orders').select('id').where('voucher_id', '=', voucherId)
  return (await orders.where('state', '=', 'REFUNDED').execute()).length
}

/** The money of each order by MySQL and by the provider, and the units that came back, all by order. */
async function accountOf(voucherId: number, orders: readonly PaidOrder[]) {
  const byName = (a: PaidOrder, b: PaidOrder) => (a.orderId < b.orderId ? -1 : 1)
  const sorted = orders.toSorted(byName)
  const rows = await rowsOf(voucherId)
  const restored = await processes.db
    .selectFrom('stock_ledger')
    .select(['reference', 'units'])
    .where('voucher_id', '=', voucherId)
    .where('kind', '=', 'RESTORE')
    .execute()
  return {
    inMysql: rows.map(({ order_id, state, amount_minor }) => [order_id, state === 'DONE' ? amount_minor : 0]),
    atProvider: await Promise.all(sorted.map(async (one) => [one.orderId, await sales.refundedAtProvider(one)])),
    restored: restored.map(({ reference, units }) => [`order-${reference}`, units]).toSorted(),
  }
}

/** The numbers of one sale in MySQL and at the gate. */
async function unitsOf(voucherId: number) {
  const row = await processes.db
    .selectFrom('stock')
    .innerJoin('seckill_vouchers as campaign', 'campaign.voucher_id', 'stock.voucher_id')
    .select(['stock.quantity', 'campaign.claimed'])
    .where('stock.voucher_id', '=', voucherId)
    .executeTakeFirstOrThrow()
  const audit = await sales.gate.audit(voucherId)
  return { ...row, stock: audit?.stock, held: audit?.held }
}

describe('refunds, while workers are killed and the provider fails now and then', () => {
  it('are each paid once, and each unit is back on sale once', async () => {
    const { voucherId, orders } = await sales.sell(40)
    await sales.sandbox.behave({
      seed: 11,
      refundFailures: 1,
      error500Share: 0.1,
      silentShare: 0.02,
      afterEffectShare: 0.5,
    })
    const [first] = await Promise.all([launch(), launch()])
    for (const order of orders) await sales.refund(order)
    await expect.poll(() => countDone(voucherId), { timeout: 60_000 }).toBeGreaterThan(5)
    await kill(first.child, 'SIGKILL')
    expect(await countRefunded(voucherId)).toBeLessThan(orders.length)
    await processes.killAll()
    await launch()
    await expect.poll(() => countRefunded(voucherId), { timeout: 90_000 }).toBe(orders.length)

    await sales.sandbox.behave({})
    const account = await accountOf(voucherId, orders)
    expect(account.atProvider).toEqual(account.inMysql)
    expect(account.inMysql).toEqual(orders.map(({ orderId }) => [orderId, 990]).toSorted())
    expect(account.restored).toEqual(orders.map(({ orderId }) => [orderId, 1]).toSorted())
    await expect.poll(() => unitsOf(voucherId)).toEqual({ quantity: 40, claimed: 0, stock: 40, held: 0 })
    expect((await rowsOf(voucherId)).map(({ id, owner }) => owner === `${refundRunPrefix}${id}`)).not.toContain(false)
  }, 240_000)
})

describe('the start of a refund run', () => {
  it('that was lost before it was noted is made again, and finds the run', async () => {
    const { voucherId, orders } = await sales.sell(1)
    const refundId = await sales.refund(orders[0] as PaidOrder)
    const reservationId = (orders[0] as PaidOrder).reservationId
    const refund = { refundId, orderId: (orders[0] as PaidOrder).orderId, reservationId, voucherId, kind: 'ORDER' }
    const { firstExecutionRunId } = await processes.client.workflow.start(refundWorkflow, {
      taskQueue: refundTaskQueue,
      workflowId: `${refundRunPrefix}${refundId}`,
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
      args: [refund],
    })
    await launch()
    await expect
      .poll(() => rowsOf(voucherId))
      .toMatchObject([{ state: 'DONE', owner: `${refundRunPrefix}${refundId}` }])
    expect((await runOf(refundId).describe()).runId).toBe(firstExecutionRunId)
    expect(await sales.refundedAtProvider(orders[0] as PaidOrder)).toBe(990)
  })

  it('is made again for a run that was terminated, and for none that an operator has abandoned', async () => {
    const { voucherId, orders } = await sales.sell(2)
    const [abandoned, terminated] = orders as [PaidOrder, PaidOrder]
    await sales.sandbox.behaveTo(abandoned.paymentId, { refundFailures: 100 })
    await sales.sandbox.behaveTo(terminated.paymentId, { refundPendingMs: 30_000 })
    const lost = await sales.refund(terminated)
    const given = await sales.refund(abandoned)
    await launch()
    const sagas = createSagaClient(processes.client)
    const parked = async () => (await sagas.run(`${refundRunPrefix}${given}`).state()).counts.parked
    await expect.poll(parked, { timeout: 60_000 }).toBe(1)
    const operation = { verb: 'abandon', actor: 'ann', reason: 'the buyer keeps it', operationId: 'abandon' } as const
    await sagas.run(`${refundRunPrefix}${given}`).operate(operation)
    await expect.poll(() => statusOf(given)).toBe('COMPLETED')

    const { runId } = await runOf(lost).describe()
    await runOf(lost).terminate('by mistake')
    await expect.poll(() => statusOf(lost), { timeout: 60_000 }).toBe('COMPLETED')
    expect((await runOf(lost).describe()).runId).not.toBe(runId)
    expect(await sales.refundedAtProvider(terminated)).toBe(990)
    expect(await statusOf(given)).toBe('COMPLETED')
    const unfinished = await unfinishedRefunds(processes.db, { after: '', limit: 100, quietMs: 0 })
    expect(unfinished.filter((one) => one.voucherId === voucherId)).toMatchObject([{ refundId: given }])
    expect(await unitsOf(voucherId)).toMatchObject({ quantity: 1, claimed: 1 })
  }, 120_000)
})
