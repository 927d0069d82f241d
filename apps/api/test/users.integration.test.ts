import { listAudit } from 'seckill-store/mysql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { callAdmin } from './call-admin.js'
import { buy, send, startSale } from './sale.js'
import { tokenOf } from './tokens.js'

let api: ApiUnderTest

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const call = (method: string, path: string, body?: unknown) => callAdmin(api, { method, path, body })

const hook = 'https://lin.example/hook'

describe('an admin', () => {
  it('creates a user, and sees the secret of his webhook in that answer only', async () => {
    const lin = { id: 70, name: 'Lin', email: 'lin@example.com', webhookUrl: hook, language: 'en' }
    const created = await call('POST', '/users', lin)
    expect(created.status).toBe(201)
    expect(created.body.data.user).toMatchObject({ ...lin, status: 'ACTIVE' })
    expect(created.body.data.webhookSecret).toMatch(/^whsec_/)
    const read = await call('GET', '/users/70')
    expect(read.body.data).toEqual({ user: created.body.data.user })
    const again = await call('POST', '/users', { id: 70, name: 'Another' })
    expect([again.status, again.body.error]).toEqual([409, 'USER_EXISTS'])
  })

  it('changes what is named, takes away what is null, and gets a new secret with a URL', async () => {
    const { body } = await call('PATCH', '/users/70', { name: 'Lin Mei', email: null })
    expect(body.data).toMatchObject({ user: { name: 'Lin Mei', email: null, webhookUrl: hook } })
    expect(body.data.webhookSecret).toBeUndefined()
    expect((await call('PATCH', '/users/70', { webhookUrl: hook })).body.data.webhookSecret).toMatch(/^whsec_/)
    expect((await call('PATCH', '/users/71', { name: 'Nobody' })).body.error).toBe('NOT_FOUND')
  })

  it('disables a user with a reason, and each change is in the audit under its admin', async () => {
    const disabled = await call('POST', '/users/70/disable', { reason: 'sells vouchers on' })
    expect(disabled.body.data.user.status).toBe('BLOCKED')
    expect((await call('POST', '/users/70/enable', {})).body.data.user.status).toBe('ACTIVE')
    expect((await call('POST', '/users/71/enable', {})).status).toBe(404)
    const rows = await listAudit(api.database.db, 'user:70')
    expect(rows.map(({ action, actor }) => `${action} by ${actor}`)).toEqual([
      'user.enable by user:9',
      'user.disable by user:9',
      'user.change by user:9',
      'user.change by user:9',
      'user.create by user:9',
    ])
    expect(JSON.stringify(rows)).not.toContain('whsec_')
  })

  it('lists users in pages, and finds them by e-mail address and status', async () => {
    for (const id of [80, 81, 82]) await call('POST', '/users', { id, name: `User ${id}`, email: `u${id}@example.com` })
    await call('POST', '/users/81/disable', {})
    const idsOf = async (query: string) => {
      const { data } = (await call('GET', `/users?${query}`)).body
      return [data.users.map(({ id }: { id: number }) => id), data.next]
    }
    expect(await idsOf('after=79&limit=2')).toEqual([[80, 81], 81])
    expect(await idsOf('after=81&limit=2')).toEqual([[82], null])
    expect(await idsOf('email=U82@EXAMPLE.com')).toEqual([[82], null])
    expect(await idsOf('status=BLOCKED')).toEqual([[81], null])
  })

  it.each([
    ['an id that is no number', { id: 'seven' }],
    ['no name', { name: '  ' }],
    ['an address without a host', { email: 'lin' }],
    ['a webhook that is no URL', { webhookUrl: 'lin.example' }],
    ['a webhook of another protocol', { webhookUrl: 'file:///etc/passwd' }],
    ['a webhook with a password', { webhookUrl: 'https://lin:secret@lin.example' }],
    ['a language that has no texts', { language: 'fr' }],
    ['a state', { status: 'BLOCKED' }],
    ['a secret', { webhookSecret: 'whsec_x' }],
  ])('cannot create a user with %s', async (_what, wrong) => {
    const answer = await call('POST', '/users', { id: 90, name: 'Wrong', ...wrong })
    expect([answer.status, answer.body.error]).toEqual([400, 'INVALID_REQUEST'])
    expect((await call('GET', '/users/90')).status).toBe(404)
  })

  it.each([
    ['DELETE', '/users', 'GET, HEAD, POST'],
    ['DELETE', '/users/70', 'GET, HEAD, PATCH'],
    ['GET', '/users/70/disable', 'POST'],
  ])('is answered 405 to %s %s', async (method, path, allow) => {
    const answer = await call(method, path)
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow])
  })
})

it('no shopper reaches the users', async () => {
  const authorization = `Bearer ${await tokenOf(70)}`
  expect((await send(`${api.adminUrl}/admin/v1/users`, { headers: { authorization } })).status).toBe(403)
  expect((await send(`${api.url}/admin/v1/users`, { headers: { authorization } })).status).toBe(404)
})

it('a user who is created buys, as the users of a demo do', async () => {
  const { voucherId } = await startSale(api, { total: 2, users: 1 })
  expect((await buy(api, voucherId, 70)).status).toBe(202)
})
