import { sql } from 'kysely'
import { closeDatabase, connectDatabase } from 'seckill-store/mysql'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { runCommand } from './run-command.js'
import { openSaleUnderTest, type SaleUnderTest } from './sale-under-test.js'

let under: SaleUnderTest
let migrator: ReturnType<typeof connectDatabase>
let voucherId: number
let traceIds: readonly string[]

const parked = (...args: readonly string[]) => runCommand('parked', ...args)

/** Parks three lanes: the stock in MySQL is used up, and the claims of the shoppers cannot be deleted. */
beforeAll(async () => {
  under = await openSaleUnderTest()
  migrator = connectDatabase(under.stack.databaseMigrationUrl, { poolSize: 1 })
  voucherId = await under.putOnSale(10)
  await migrator.updateTable('stock').set({ quantity: 0 }).where('voucher_id', '=', voucherId).execute()
  await sql`
    CREATE TRIGGER keep_claims BEFORE DELETE ON user_claims FOR EACH ROW
    IF OLD.voucher_id = ${sql.lit(voucherId)} THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'claims are kept'; END IF
  `.execute(migrator)
  traceIds = (await under.rush(voucherId, { shoppers: 3, rate: 1_000 })).traceIds
  const waiting = { timeout: 60_000, interval: 500 }
  await vi.waitFor(async () => expect((await parked('list')).json.lanes).toHaveLength(3), waiting)
})

afterAll(async () => {
  await sql`DROP TRIGGER IF EXISTS keep_claims`.execute(migrator)
  await closeDatabase(migrator)
  await under.close()
})

describe('parked lanes', () => {
  it('are listed with run, step, time, code and message', async () => {
    const { code, json } = await parked('list')
    expect(code).toBe(0)
    expect(json).toEqual({ lanes: expect.any(Array), unlisted: {}, silent: [], refunds: [], putAside: [] })
    const lanes = json.lanes as readonly { readonly lane: string }[]
    expect(lanes.map(({ lane }) => lane).toSorted()).toEqual(traceIds.toSorted())
    for (const lane of lanes) {
      expect(lane).toMatchObject({
        workflowId: expect.stringMatching(`^purchase-${voucherId}-`),
        step: 'checkUser',
        phase: 'compensation',
        since: expect.any(Number),
        message: expect.stringContaining('claims are kept'),
      })
    }
  })

  it('are not operated without a reason, a target, or a yes', async () => {
    expect(await parked('retry', '--all', '--yes')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--reason'),
    })
    expect(await parked('retry', '--reason', 'test')).toMatchObject({ code: 1, json: { error: { code: 'FAILED' } } })
    expect(await parked('retry', '--all', '--reason', 'test')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Nothing was changed'),
    })
    const unknown = await parked('retry', `purchase-${voucherId}-none`, '--reason', 'test')
    expect(unknown).toMatchObject({ code: 1, json: { error: { code: 'SAGA_RUN_NOT_OPEN' } } })
  })

  it('go on one by one, several at once and all at once, and end their purchases', async () => {
    const { json } = await parked('list')
    const [first] = json.lanes as readonly [{ readonly workflowId: string; readonly lane: string }]
    const { workflowId, lane } = first
    const declined = await parked('retry', workflowId, lane, 'stranger', '--reason', 'test', '--actor', 'ann')
    expect(declined).toMatchObject({
      code: 1,
      json: { lanes: 1, actor: 'ann', declined: [{ lane: 'stranger', reason: 'not a lane of this run' }] },
    })
    await expect.poll(async () => (await parked('list')).json.lanes).toHaveLength(3)

    await sql`DROP TRIGGER keep_claims`.execute(migrator)
    const resolved = await parked('resolve', workflowId, lane, '--reason', 'deleted by hand')
    expect(resolved).toMatchObject({ code: 0, json: { verb: 'resolve', lanes: 1, declined: [], failed: [] } })
    const retried = await parked('retry', '--all', '--yes', '--reason', 'claims can be deleted again')
    expect(retried).toMatchObject({ code: 0, json: { verb: 'retry', lanes: 2, declined: [], failed: [] } })

    await expect.poll(() => purchaseStates()).toEqual(['REFUSED', 'REFUSED', 'REFUSED'])
    expect((await parked('list')).json).toEqual({ lanes: [], unlisted: {}, silent: [], refunds: [], putAside: [] })
    expect(await parked('take-up', '--reason', 'test')).toMatchObject({ code: 0, json: { purchases: 0 } })
  })
})

async function purchaseStates(): Promise<readonly string[]> {
  const rows = await migrator
    .selectFrom('purchases')
    .select('state')
    .where('reservation_id', 'in', [...traceIds])
    .execute()
  return rows.map(({ state }) => state)
}
