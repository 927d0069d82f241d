import { setTimeout as pause } from 'node:timers/promises'
import { closeDatabase, connectDatabase, databaseNow } from 'seckill-store/mysql'
import { type TemporaryDatabase, temporaryDatabase } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type SilentProxy, startSilentProxy } from './silent-proxy.js'

let database: TemporaryDatabase
beforeAll(async () => {
  database = await temporaryDatabase()
})
afterAll(() => database.drop())

async function behindProxy(work: (db: TemporaryDatabase['db'], proxy: SilentProxy) => Promise<void>): Promise<void> {
  const proxy = await startSilentProxy(database.url)
  const db = connectDatabase(proxy.url, { poolSize: 2, statementSeconds: 1, connectTimeoutMs: 500 })
  try {
    await work(db, proxy)
  } finally {
    await closeDatabase(db)
    proxy.close()
  }
}

const noAnswer = { name: 'DatabaseUnavailable', code: 'PROTOCOL_SEQUENCE_TIMEOUT' }
const noneFree = { name: 'DatabaseUnavailable', message: expect.stringContaining('none was free within 1500 ms') }

describe('a database that falls silent', () => {
  test('is given up at the deadline of each statement, and the next one has a new connection', async () => {
    await behindProxy(async (db, proxy) => {
      await Promise.all([databaseNow(db), databaseNow(db)])
      proxy.silence()
      const startedAt = performance.now()
      const answers = await Promise.allSettled([databaseNow(db), databaseNow(db)])
      expect(performance.now() - startedAt).toBeLessThan(3_500)
      expect(answers).toMatchObject([{ reason: noAnswer }, { reason: noAnswer }])
      expect(await databaseNow(db)).toBeGreaterThan(0)
      expect(proxy.opened()).toBe(3)
      await vi.waitFor(() => expect(proxy.open()).toBe(1))
    })
  })

  test('ends a transaction with its silence as the reason, not with the rollback that follows', async () => {
    await behindProxy(async (db, proxy) => {
      const transaction = db.transaction().execute(async (trx) => {
        await databaseNow(trx)
        proxy.silence()
        await databaseNow(trx)
      })
      await expect(transaction).rejects.toMatchObject(noAnswer)
      expect(await databaseNow(db)).toBeGreaterThan(0)
    })
  })

  test('and does not greet a new connection is given up while that is opened', async () => {
    await behindProxy(async (db, proxy) => {
      proxy.silence('and new ones')
      await expect(databaseNow(db)).rejects.toMatchObject({ name: 'DatabaseUnavailable', code: 'ETIMEDOUT' })
      expect(proxy.opened()).toBe(1)
    })
  })
})

test('a wait for a free connection ends at its deadline, and loses no connection', async () => {
  await behindProxy(async (db, proxy) => {
    const hold = () => db.connection().execute(() => pause(2_000))
    const both = Promise.all([hold(), hold()])
    await vi.waitFor(() => expect(proxy.opened()).toBe(2))
    await expect(databaseNow(db)).rejects.toMatchObject(noneFree)
    await both
    expect(await Promise.all([databaseNow(db), databaseNow(db)])).toHaveLength(2)
    expect(proxy.opened()).toBe(2)
  })
})
