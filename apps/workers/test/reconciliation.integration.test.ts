import { connectGateRedis, gateKeys } from 'seckill-store/gate'
import { searchAudit } from 'seckill-store/mysql'
import { type CampaignSeed, untilRunning } from 'seckill-store/testing'
import { type ReconcileReport, reconcileSchedule } from 'seckill-workflows'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openPaidSales, type PaidSales } from './paid-sale.js'
import { type ReconciledSales, reconciledSales, type StartedRun } from './reconciled-sale.js'
import { openWorkerProcesses, type WorkerProcesses } from './worker-processes.js'

let processes: WorkerProcesses
let paid: PaidSales
let sales: ReconciledSales
beforeAll(async () => {
  processes = await openWorkerProcesses()
  paid = await openPaidSales(processes)
  sales = reconciledSales(processes, paid)
})
afterEach(() => processes.killAll())
afterAll(async () => {
  await paid.close()
  await processes.close()
})

/** A worker whose Schedule does not run during a test. */
function launch(changes: NodeJS.ProcessEnv = {}) {
  return processes.launchReady({ ...paid.environment, RECONCILE_EVERY_MS: '86400000', ...changes })
}

/** A sale whose buyers have their orders, which await payment. */
async function started(buyers: number, seed?: CampaignSeed): Promise<StartedRun> {
  const run = await sales.start(await sales.open({ total: buyers, ...seed }), buyers)
  await expect.poll(() => sales.orders(run.voucherId)).toEqual({ PENDING_PAYMENT: buyers })
  return run
}

/** What was found and repaired of one area or subject, by kind. */
function seen({ found, repaired }: ReconcileReport, about: readonly (string | number)[]) {
  const isAbout = (one: { area: unknown; subject: string }) =>
    about.includes(one.subject) || about.includes(one.area as number)
  return {
    found: found.filter(isAbout).map(({ kind }) => kind),
    repaired: repaired.filter(isAbout).map(({ kind, outcome }) => `${kind} ${outcome}`),
  }
}

const nothing = { found: [], repaired: [] }

describe('a run that was terminated by hand', () => {
  it('while its lanes await payment: a dry run names it, a repair starts it again, a second one changes nothing', async () => {
    await launch()
    const { voucherId, lanes, handle } = await started(3)
    await handle.terminate('by hand')

    const dry = await sales.reconcile(false)
    expect(seen(dry, [voucherId])).toEqual({ found: ['ended-run'], repaired: [] })
    expect(dry.found.find(({ area }) => area === voucherId)).toMatchObject({
      harm: 'stuck',
      subject: handle.workflowId,
      detail: 'TERMINATED, 3 of its lanes have not ended',
    })
    expect((await handle.describe()).status.name).toBe('TERMINATED')

    const fixed = await sales.reconcile(true)
    expect(seen(fixed, [voucherId])).toEqual({ found: ['ended-run'], repaired: ['ended-run repaired'] })
    expect((await handle.describe()).status.name).toBe('RUNNING')
    expect(seen(await sales.reconcile(true), [voucherId])).toEqual(nothing)

    for (const lane of lanes) await sales.payUnheard(lane)
    await sales.reconcile(true)
    expect(await handle.result()).toMatchObject({ completed: 3 })
    expect(await sales.orders(voucherId)).toEqual({ PAID: 3 })
    expect(await sales.units(voucherId)).toEqual({ INITIAL: 3, DEDUCT: 3, stock: 0 })
  })

  it('in the middle of a step goes on from there, with each effect once', async () => {
    await launch()
    const voucherId = await sales.open({ total: 4 })
    const holder = await processes.db.startTransaction().execute()
    await holder.selectFrom('stock').selectAll().where('voucher_id', '=', voucherId).forUpdate().execute()
    const { handle } = await sales.start(voucherId, 4)
    // Users and vouchers are checked, and the stock waits for the row this test holds.
    await untilRunning(holder, 'update `stock`')
    await handle.terminate('by hand')
    await holder.rollback().execute()
    await sales.reconcile(true)
    await expect.poll(() => sales.orders(voucherId)).toEqual({ PENDING_PAYMENT: 4 })
    expect(await sales.units(voucherId)).toEqual({ INITIAL: 4, DEDUCT: 4, stock: 0 })
  })

  it('and whose time to pay is over: its orders expire, and their units are on sale again', async () => {
    await launch()
    const { voucherId, handle } = await started(2, { payWindowMs: 1_500 })
    await handle.terminate('by hand')
    await sales.reconcile(true)
    await expect.poll(() => sales.orders(voucherId)).toEqual({ EXPIRED: 2 })
    await handle.result()
    expect(await sales.units(voucherId)).toEqual({ INITIAL: 2, DEDUCT: 2, RESTORE: 2, stock: 2 })
    expect(await paid.gate.audit(voucherId)).toMatchObject({ held: 0, stock: 2 })
  })
})

describe('payments whose callbacks never came', () => {
  it('are recorded from the list of the provider, their runs are told, and a second time nothing changes', async () => {
    await launch()
    const { voucherId, lanes, handle } = await started(3)
    const payments: string[] = []
    for (const lane of lanes) payments.push(await sales.payUnheard(lane))
    const kind = Array(3).fill('lost-capture')
    expect(seen(await sales.reconcile(false), payments)).toEqual({ found: kind, repaired: [] })
    expect(await sales.orders(voucherId)).toEqual({ PENDING_PAYMENT: 3 })
    const repaired = Array(3).fill('lost-capture repaired')
    expect(seen(await sales.reconcile(true), payments)).toEqual({ found: kind, repaired })
    expect(await handle.result()).toMatchObject({ completed: 3 })
    expect(seen(await sales.reconcile(true), [...payments, voucherId])).toEqual(nothing)

    const log = (await searchAudit(processes.db, { action: 'reconcile.lost-capture', limit: 1_000 })).filter(
      ({ subject }) => payments.includes(subject),
    )
    expect(log.map(({ subject }) => subject).sort()).toEqual(payments.toSorted())
    expect(log[0]).toMatchObject({ actor: 'test', reason: expect.stringContaining('captured at the provider') })
  })

  it('that MySQL has lost are named, and left alone', async () => {
    await launch()
    const { voucherId, lanes } = await started(1)
    const payments: string[] = []
    for (const lane of lanes) payments.push(await sales.payUnheard(lane))
    await processes.db.deleteFrom('payments').where('id', 'in', payments).execute()
    expect(seen(await sales.reconcile(true), payments)).toEqual({ found: ['unknown-payment'], repaired: [] })
    expect(await sales.orders(voucherId)).toEqual({ PENDING_PAYMENT: 1 })
  })
})

describe('the gate', () => {
  it('is compared per reservation: an admission that the stream lost is given to it again', async () => {
    await launch()
    const { voucherId } = await started(1, { total: 2 })
    const redis = connectGateRedis(process.env.REDIS_URL as string)
    const reservationId = `${voucherId}-aaaaaaaaaaaaaaaaaaaaaaaaaa`
    await paid.gate.admit({ voucherId, userId: 2, quantity: 1, reservationId })
    await redis.del(gateKeys(voucherId).admissions)
    const found = seen(await sales.reconcile(true), [reservationId])
    expect(found).toEqual({ found: ['orphaned-hold'], repaired: ['orphaned-hold repaired'] })
    expect(await paid.gate.audit(voucherId)).toMatchObject({ waiting: 1, liveHolds: 2 })
    expect(seen(await sales.reconcile(true), [reservationId])).toEqual(nothing)
    redis.disconnect()
  })

  it('that is recovering tells nothing: its sale is named and stays as it is, another one is repaired', async () => {
    await launch()
    const [closed, other] = [await started(1), await started(1)]
    for (const { voucherId } of [closed, other]) {
      await expect.poll(() => sales.orders(voucherId)).toEqual({ PENDING_PAYMENT: 1 })
    }
    for (const { handle } of [closed, other]) await handle.terminate('by hand')
    const redis = connectGateRedis(process.env.REDIS_URL as string)
    await redis.hset(gateKeys(closed.voucherId).campaign, 'state', 'RECOVERING')
    const report = await sales.reconcile(true)
    expect(report.failed).toContainEqual({ area: closed.voucherId, problem: 'the gate is recovering' })
    expect(seen(report, [other.voucherId]).repaired).toEqual(['ended-run repaired'])
    expect((await closed.handle.describe()).status.name).toBe('TERMINATED')
    await redis.hset(gateKeys(closed.voucherId).campaign, 'state', 'OPEN')
    redis.disconnect()
  })

  it('with a unit that belongs to no reservation: the direction is known, and nothing writes a stock number', async () => {
    await launch()
    const { voucherId } = await started(1, { total: 5 })
    const redis = connectGateRedis(process.env.REDIS_URL as string)
    await redis.hincrby(gateKeys(voucherId).campaign, 'stock', 1)
    const { found } = await sales.reconcile(true)
    expect(found.filter(({ area }) => area === voucherId)).toMatchObject([
      { kind: 'broken-invariant', harm: 'oversell', evidence: '1' },
    ])
    expect(await paid.gate.audit(voucherId)).toMatchObject({ stock: 5, held: 1, total: 5 })
    await redis.hincrby(gateKeys(voucherId).campaign, 'stock', -1)
    redis.disconnect()
  })
})

describe('the Schedule of a worker', () => {
  it('reconciles by itself, and counts and logs what it does', async () => {
    const { probe, output } = await launch({ RECONCILE_EVERY_MS: '1000', RECONCILE_GRACE_MS: '100' })
    const { handle } = await started(1)
    await handle.terminate('by hand')
    const status = async () => (await handle.describe()).status.name
    await expect.poll(status).toBe('RUNNING')
    const metrics = async () => (await probe('/metrics')).text()
    await expect
      .poll(metrics, { timeout: 60_000 })
      .toMatch(/seckill_reconcile_repairs_total\{kind="ended-run",outcome="repaired"\} [1-9]/)
    expect(output()).toContain(handle.workflowId)
  })

  it('takes the terms of the newest worker, and stays paused where an operator has paused it', async () => {
    const schedule = processes.client.schedule.getHandle(reconcileSchedule)
    await launch({ RECONCILE_EVERY_MS: '7200000' })
    await schedule.pause('maintenance')
    await launch({ RECONCILE_EVERY_MS: '3600000' })
    const { spec, state } = await schedule.describe()
    expect(spec.intervals).toMatchObject([{ every: 3_600_000 }])
    expect(state).toMatchObject({ paused: true, note: 'maintenance' })
    await schedule.unpause()
  })
})
