import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { type Campaign, campaignLimits, findCampaign, restockCampaign } from 'seckill-store/mysql'
import { seedCampaign, type TemporaryDatabase, temporaryDatabase } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let database: TemporaryDatabase
beforeAll(async () => {
  database = await temporaryDatabase()
})
afterAll(() => database.drop())

const actor = 'ada'
function restock(voucherId: number, units: number, operationId: string = randomUUID()) {
  return restockCampaign(database.db, voucherId, { units, operationId, actor })
}

async function figures(voucherId: number): Promise<Pick<Campaign, 'total' | 'quantity' | 'version'>> {
  const campaign = await findCampaign(database.db, voucherId)
  if (campaign === undefined) throw new Error(`no campaign ${voucherId}`)
  return { total: campaign.total, quantity: campaign.quantity, version: campaign.version }
}

async function ledgerSum(voucherId: number): Promise<number> {
  const { rows } = await sql<{ units: number }>`SELECT SUM(units) AS units FROM stock_ledger
    WHERE voucher_id = ${voucherId} AND kind IN ('INITIAL', 'RESTOCK')`.execute(database.db)
  return rows[0]?.units ?? 0
}

describe('a restock', () => {
  test('raises total and stock alike, with its ledger row and a new version', async () => {
    const { voucherId } = await seedCampaign(database.db, { total: 10 })
    const { gate, changed } = await restock(voucherId, 5)
    expect(changed).toBe(true)
    expect(gate).toMatchObject({ total: 15, version: 4 })
    expect(await figures(voucherId)).toEqual({ total: 15, quantity: 15, version: 4 })
    expect(await ledgerSum(voucherId)).toBe(15)
  })

  test('says in the ledger who made it, and the total before and after, as the creation does', async () => {
    const { voucherId } = await seedCampaign(database.db, { total: 10 })
    await restock(voucherId, 5)
    await restock(voucherId, -2)
    const rows = await database.db
      .selectFrom('stock_ledger')
      .select(['kind', 'actor', 'total_before', 'total_after'])
      .where('voucher_id', '=', voucherId)
      .orderBy('total_after')
      .execute()
    expect(rows).toEqual([
      { kind: 'INITIAL', actor: 'test', total_before: 0, total_after: 10 },
      { kind: 'RESTOCK', actor, total_before: 15, total_after: 13 },
      { kind: 'RESTOCK', actor, total_before: 10, total_after: 15 },
    ])
  })

  test('with the same operation id is made once, also at the same time', async () => {
    const { voucherId } = await seedCampaign(database.db, { total: 10 })
    const id = randomUUID()
    const answers = await Promise.all(Array.from({ length: 6 }, () => restock(voucherId, 5, id)))
    expect(answers.filter((answer) => answer.changed)).toHaveLength(1)
    expect(await figures(voucherId)).toEqual({ total: 15, quantity: 15, version: 4 })
  })

  test('of many admins at once adds up', async () => {
    const { voucherId } = await seedCampaign(database.db, { total: 10 })
    await Promise.all(Array.from({ length: 12 }, (_, index) => restock(voucherId, index % 2 === 0 ? 3 : -1)))
    expect(await figures(voucherId)).toEqual({ total: 22, quantity: 22, version: 15 })
    expect(await ledgerSum(voucherId)).toBe(22)
  })

  test('refuses an operation id that made another change', async () => {
    const { voucherId } = await seedCampaign(database.db)
    const { voucherId: other } = await seedCampaign(database.db)
    const id = randomUUID()
    await restock(voucherId, 5, id)
    await expect(restock(voucherId, 6, id)).rejects.toMatchObject({ code: 'OPERATION_REUSED' })
    await expect(restock(other, 5, id)).rejects.toMatchObject({ code: 'OPERATION_REUSED' })
    expect(await figures(other)).toMatchObject({ total: 10 })
  })

  test.each([0, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('of %d units is invalid', async (units) => {
    const { voucherId } = await seedCampaign(database.db)
    await expect(restock(voucherId, units)).rejects.toMatchObject({ code: 'INVALID' })
  })
})

test('a restock that leads beyond the greatest total is invalid and writes nothing', async () => {
  const { voucherId } = await seedCampaign(database.db, { total: campaignLimits.total.most })
  await expect(restock(voucherId, 1)).rejects.toMatchObject({ code: 'INVALID' })
  expect(await figures(voucherId)).toMatchObject({ total: campaignLimits.total.most, version: 3 })
  expect(await ledgerSum(voucherId)).toBe(campaignLimits.total.most)
})

describe('taking stock away', () => {
  test('takes free units, down to none', async () => {
    const { voucherId } = await seedCampaign(database.db, { total: 10 })
    await restock(voucherId, -10)
    expect(await figures(voucherId)).toMatchObject({ total: 0, quantity: 0 })
  })

  test.each([
    ['stock that is gone', sql`UPDATE stock SET quantity = 3`],
    ['units that are claimed', sql`UPDATE seckill_vouchers SET claimed = 7`],
  ])('refuses %s and changes nothing', async (_, use) => {
    const { voucherId } = await seedCampaign(database.db, { total: 10 })
    await sql`${use} WHERE voucher_id = ${voucherId}`.execute(database.db)
    const before = await figures(voucherId)
    await expect(restock(voucherId, -4)).rejects.toMatchObject({ code: 'BELOW_SOLD' })
    expect(await figures(voucherId)).toEqual(before)
    expect(await ledgerSum(voucherId)).toBe(10)
    await restock(voucherId, -3)
    expect(await figures(voucherId)).toMatchObject({ total: 7, quantity: before.quantity - 3 })
  })

  test('beyond the total is invalid', async () => {
    const { voucherId } = await seedCampaign(database.db, { total: 10 })
    await expect(restock(voucherId, -11)).rejects.toMatchObject({ code: 'INVALID' })
  })
})
