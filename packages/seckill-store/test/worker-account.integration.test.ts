import { type Kysely, sql } from 'kysely'
import { newReservationId } from 'seckill-store/gate'
import { checkInvariants, saleAccount } from 'seckill-store/invariants'
import {
  accountNames,
  barrierDatabaseOf,
  closeCampaign,
  closeDatabase,
  connectDatabase,
  type Database,
  endUnprocessedPurchases,
  findRefunds,
  makeAccounts,
  newAccountUrls,
  noteRefundRuns,
  oldestOpenPayment,
  openCampaign,
  paymentIdOf,
  paymentsById,
  paymentsSince,
  pendingMigrations,
  recordCaptures,
  recordCloses,
  recordOpened,
  refundsWithoutRun,
  requestRefund,
  settleCampaign,
  startPayment,
  unfinishedRefunds,
  warmCampaign,
} from 'seckill-store/mysql'
import { onItsWay, openLanes, openOwners, readHoldDifferences, unsettledCampaigns } from 'seckill-store/recovery'
import { payLanes, seedCampaign } from 'seckill-store/testing'
import { afterAll, expect, it } from 'vitest'
import { anyCertificate } from './any-certificate.js'
import { beforeEachSale, type FinishedSale } from './finished-sale.js'

let sale: FinishedSale
let worker: Kysely<Database>
let undo: () => Promise<void>
beforeEachSale(
  (made) => {
    sale = made
  },
  async (db) => {
    const { rows } = await sql<{ name: string }>`SELECT DATABASE() AS name`.execute(db)
    const database = rows[0]?.name ?? ''
    const admin = Object.assign(new URL(process.env.DATABASE_MIGRATION_URL ?? ''), { pathname: `/${database}` })
    const prefix = `seckill_${database.slice(-8)}`
    const urls = newAccountUrls(admin.toString(), prefix)
    await makeAccounts(admin.toString(), urls)
    worker = connectDatabase(urls.worker, { poolSize: 2 })
    undo = async () => {
      await closeDatabase(worker)
      const again = connectDatabase(admin.toString().replace(database, 'seckill'), { poolSize: 1 })
      for (const name of accountNames) {
        await sql.raw(`DROP USER IF EXISTS '${prefix}_${name}'@'127.0.0.1'`).execute(again)
        const barrier = barrierDatabaseOf(name, database)
        if (barrier !== undefined) await sql.raw(`DROP DATABASE IF EXISTS ${barrier}`).execute(again)
      }
      await closeDatabase(again)
    }
  },
)
afterAll(() => undo())

const by = { actor: 'workflow:campaign-7', reason: 'it ended' }

it('reads what certificates, reconciliations and the cleaning read', async () => {
  const stores = { ...sale, db: worker }
  expect(await pendingMigrations(worker)).toEqual([])
  expect((await saleAccount({ ...stores, runs: sale.runs })).figures.campaign.voucherId).toBe(sale.voucherId)
  expect((await checkInvariants({ ...stores, atRest: false })).checks.length).toBeGreaterThan(0)
  expect(await unsettledCampaigns(worker)).toContain(sale.voucherId)
  expect(await openOwners(worker, sale.voucherId)).toHaveLength(1)
  expect(await openLanes(worker, sale.voucherId, sale.runs.openRuns[0] ?? '')).toHaveLength(2)
  expect(await readHoldDifferences(stores, sale.voucherId)).toMatchObject({ orphaned: [], unheld: [] })
  expect(await onItsWay(stores, sale.voucherId)).toContain('2 purchases await payment')
  expect(await paymentsSince(worker, 'sandbox', 0)).toHaveLength(2)
  await oldestOpenPayment(worker, 'sandbox')
  await findRefunds(worker, [])
})

it('moves a campaign, and settles it with its certificate', async () => {
  const { voucherId } = await seedCampaign(sale.db, { state: 'DRAFT', total: 3 })
  for (const move of [warmCampaign, openCampaign, closeCampaign])
    expect(await move(worker, voucherId, by)).toMatchObject({ changed: true })
  const settled = await settleCampaign(worker, voucherId, { ...by, certificate: anyCertificate })
  expect(settled.campaign.state).toBe('SETTLED')
})

it('records captures and closes that were lost, and has the money refunded that came too late', async () => {
  const [first, second] = sale.sold
  const payments = await Promise.all([first, second].map(openPayment))
  const captured = payments.map((paymentId) => ({ paymentId, providerId: `pay-${paymentId}` }))
  await sql`UPDATE orders SET state = 'EXPIRED' WHERE reservation_id = ${second.reservationId}`.execute(sale.db)
  await worker.transaction().execute((trx) => recordCloses(trx, [payments[1] ?? '']))
  const recorded = await worker.transaction().execute((trx) => recordCaptures(trx, captured))
  expect(recorded.paid.map(({ reservationId }) => reservationId)).toEqual([first.reservationId])
  expect(recorded.late).toEqual([payments[1]])
  expect([...(await paymentsById(worker, 'sandbox', payments)).values()].map(({ state }) => state)).toEqual([
    'CAPTURED',
    'CAPTURED',
  ])
})

it('starts the runs of refunds', async () => {
  await payLanes(sale.db, [sale.sold[0]])
  const orderId = await orderIdOf(sale.sold[0])
  await requestRefund(sale.db, { orderId, actor: 'ann', reason: 'asked for' })
  const waiting = await refundsWithoutRun(worker, 10)
  expect(waiting.map((refund) => refund.orderId)).toContain(orderId)
  await noteRefundRuns(
    worker,
    'refund-',
    waiting.map(({ refundId }) => refundId),
  )
  const unfinished = await unfinishedRefunds(worker, { after: '', limit: 10, quietMs: 0 })
  expect(unfinished.map((refund) => refund.orderId)).toContain(orderId)
})

it('ends a purchase that no consumer of the broker could take', async () => {
  const lane = { ...sale.refused, reservationId: newReservationId(sale.voucherId) }
  expect(await endUnprocessedPurchases(worker, [lane])).toEqual([lane.reservationId])
  expect(await endUnprocessedPurchases(worker, [lane])).toEqual([lane.reservationId])
})

it('can neither read how users are reached, nor make or change what others decide', async () => {
  for (const statement of [
    'SELECT email FROM users',
    'SELECT * FROM payment_inbox',
    'INSERT INTO orders (id) VALUES (1)',
    'INSERT INTO payments (id) VALUES (1)',
    'UPDATE stock SET total = 9',
    'UPDATE seckill_vouchers SET price_minor = 1',
    'UPDATE orders SET price_minor = 1',
    'DELETE FROM purchases',
    'DELETE FROM audit',
    'UPDATE certificates SET head = 1',
  ])
    await expect(sql.raw(statement).execute(worker), statement).rejects.toThrow(/denied/)
})

async function orderIdOf({ reservationId }: FinishedSale['refused']): Promise<string> {
  const orders = sale.db.selectFrom('orders').select('id').where('reservation_id', '=', reservationId)
  return (await orders.executeTakeFirstOrThrow()).id
}

async function openPayment(lane: FinishedSale['refused']): Promise<string> {
  const orderId = await orderIdOf(lane)
  const { userId } = lane
  await startPayment(sale.db, { userId, orderId, provider: 'sandbox' })
  const paymentId = paymentIdOf(orderId)
  await recordOpened(sale.db, paymentId, { providerId: `pay-${paymentId}`, payUrl: 'https://pay.example' })
  return paymentId
}
