import type { Transaction } from 'kysely'
import { type Database, inTransaction } from 'seckill-store/mysql'
import { seedCampaign, type TemporaryDatabase, temporaryDatabase } from 'seckill-store/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'

let database: TemporaryDatabase
beforeAll(async () => {
  database = await temporaryDatabase()
  await seedCampaign(database.db, { total: 1, users: 2 })
})
afterAll(() => database.drop())

async function rename(trx: Transaction<Database>, userId: number, name: string): Promise<void> {
  await trx.updateTable('users').set({ name }).where('id', '=', userId).execute()
}

it('a transaction that the server rolls back in a deadlock runs again, and both transactions are committed', async () => {
  const bothLocked = Promise.withResolvers<void>()
  let locked = 0
  let attempts = 0
  const renameBoth = (first: number, second: number, name: string) =>
    inTransaction(database.db, async (trx) => {
      attempts++
      await rename(trx, first, name)
      if (++locked === 2) bothLocked.resolve()
      await bothLocked.promise
      await rename(trx, second, name)
      return name
    })
  expect(await Promise.all([renameBoth(1, 2, 'Ada'), renameBoth(2, 1, 'Bo')])).toEqual(['Ada', 'Bo'])
  expect(attempts).toBe(3)
  const users = await database.db.selectFrom('users').select('name').where('id', 'in', [1, 2]).execute()
  expect(new Set(users.map(({ name }) => name)).size).toBe(1)
})

it('a transaction whose work fails is not repeated', async () => {
  let attempts = 0
  const failing = inTransaction(database.db, async (trx) => {
    attempts++
    await rename(trx, 1, 'nobody')
    throw new Error('refused')
  })
  await expect(failing).rejects.toThrow('refused')
  expect(attempts).toBe(1)
  const { name } = await database.db.selectFrom('users').select('name').where('id', '=', 1).executeTakeFirstOrThrow()
  expect(name).not.toBe('nobody')
})
