import { AddressesError, block, liftBlock, listAudit, listBlocks } from 'seckill-store/mysql'
import { type TemporaryDatabase, temporaryDatabase } from 'seckill-store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'

let database: TemporaryDatabase
beforeAll(async () => {
  database = await temporaryDatabase()
})
afterAll(() => database.drop())

const by = { actor: 'user:9', reason: 'a bot farm' }
const range = { addresses: '203.0.113.0/24' }

test('a subject is blocked, its block changed and lifted, each with actor and reason in the audit', async () => {
  const { db } = database
  expect(await block(db, { addresses: '203.0.113.77/24' }, by)).toMatchObject({ subject: range, ...by, endsAt: null })
  expect(await block(db, range, { ...by, endsAt: 2_000_000_000_000 })).toMatchObject({ endsAt: 2_000_000_000_000 })
  await block(db, { userId: 7 }, by)
  expect((await listBlocks(db)).map(({ subject, endsAt }) => ({ subject, endsAt }))).toEqual([
    { subject: range, endsAt: 2_000_000_000_000 },
    { subject: { userId: 7 }, endsAt: null },
  ])
  expect(await liftBlock(db, range, { actor: 'user:8', reason: 'a mistake' })).toBe(true)
  expect(await liftBlock(db, range, by)).toBe(false)
  expect((await listBlocks(db)).map(({ subject }) => subject)).toEqual([{ userId: 7 }])
  const audit = await listAudit(db, 'addresses:203.0.113.0/24')
  expect(audit.map(({ action, actor, reason }) => `${action} by ${actor}: ${reason}`)).toEqual([
    'block.lift by user:8: a mistake',
    'block.add by user:9: a bot farm',
    'block.add by user:9: a bot farm',
  ])
})

test('what is no range of addresses changes nothing', async () => {
  const before = await listBlocks(database.db)
  await expect(block(database.db, { addresses: '0.0.0.0/0' }, by)).rejects.toThrow(AddressesError)
  await expect(liftBlock(database.db, { addresses: 'shop' }, by)).rejects.toThrow(AddressesError)
  expect(await listBlocks(database.db)).toEqual(before)
})
