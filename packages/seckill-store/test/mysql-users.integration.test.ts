import {
  changeUser,
  createUser,
  findUser,
  listAudit,
  listUsers,
  setUserStatus,
  UserExistsError,
} from 'seckill-store/mysql'
import { type TemporaryDatabase, temporaryDatabase } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let database: TemporaryDatabase
beforeAll(async () => {
  database = await temporaryDatabase()
})
afterAll(() => database.drop())

const lin = {
  id: 7,
  name: 'Lin',
  email: 'Lin@Example.com',
  webhookUrl: 'https://lin.example/hook',
  language: 'en',
} as const

describe('a user', () => {
  test('is created once: a second one of the id is refused and changes nothing', async () => {
    const { user, webhookSecret } = await createUser(database.db, lin, 'user:1')
    expect(user).toMatchObject({ ...lin, status: 'ACTIVE' })
    expect(webhookSecret).toMatch(/^whsec_[\w+/]{43}=$/)
    const again = createUser(database.db, { id: 7, name: 'Another' }, 'user:1')
    await expect(again).rejects.toThrow(UserExistsError)
    expect(await findUser(database.db, 7)).toEqual(user)
  })

  test('changes only what is given, and loses what is null', async () => {
    const changed = await changeUser(database.db, 7, { name: 'Lin Mei', language: null }, 'user:1')
    expect(changed).toMatchObject({ user: { name: 'Lin Mei', language: null, email: lin.email }, webhookSecret: null })
    const without = await changeUser(database.db, 7, { webhookUrl: null }, 'user:1')
    expect(without).toMatchObject({ user: { webhookUrl: null }, webhookSecret: null })
    expect(await changeUser(database.db, 8, { name: 'Nobody' }, 'user:1')).toBeUndefined()
  })

  test('gets another secret with each URL of a webhook, also with the same one', async () => {
    const secrets = new Set<unknown>()
    for (const _ of [1, 2]) {
      const changed = await changeUser(database.db, 7, { webhookUrl: lin.webhookUrl }, 'user:1')
      secrets.add(changed?.webhookSecret)
    }
    expect(secrets.size).toBe(2)
    expect(secrets).not.toContain(null)
  })

  test('is disabled and enabled with actor and reason in the audit, which never has a secret', async () => {
    await setUserStatus(database.db, 7, 'BLOCKED', { actor: 'user:1', reason: 'sells vouchers on' })
    expect(await findUser(database.db, 7)).toMatchObject({ status: 'BLOCKED' })
    await setUserStatus(database.db, 7, 'ACTIVE', { actor: 'user:2' })
    expect(await setUserStatus(database.db, 8, 'ACTIVE', { actor: 'user:2' })).toBeUndefined()
    const rows = await listAudit(database.db, 'user:7')
    expect(rows.map(({ action, actor }) => `${action} by ${actor}`).slice(0, 2)).toEqual([
      'user.enable by user:2',
      'user.disable by user:1',
    ])
    expect(JSON.parse(rows[1]?.after_value ?? '')).toMatchObject({ status: 'BLOCKED', reason: 'sells vouchers on' })
    expect(rows).toHaveLength(7)
    expect(JSON.stringify(rows)).not.toContain('whsec_')
  })
})

describe('users', () => {
  test('are listed by id in pages, and found by e-mail address without regard to case, and by status', async () => {
    for (const id of [20, 21, 22]) await createUser(database.db, { id, name: `User ${id}` }, 'user:1')
    await setUserStatus(database.db, 21, 'BLOCKED', { actor: 'user:1' })
    const idsOf = async (page: Parameters<typeof listUsers>[1]) =>
      (await listUsers(database.db, page)).map(({ id }) => id)
    expect(await idsOf({ after: 0, limit: 3 })).toEqual([7, 20, 21])
    expect(await idsOf({ after: 21, limit: 3 })).toEqual([22])
    expect(await idsOf({ after: 0, limit: 3, email: 'lin@example.COM' })).toEqual([7])
    expect(await idsOf({ after: 0, limit: 3, status: 'BLOCKED' })).toEqual([21])
  })
})
