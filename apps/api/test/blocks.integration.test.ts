import { listAudit } from 'seckill-store/mysql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { callAdmin, type Role } from './call-admin.js'
import { ask, buy, startSale } from './sale.js'

let api: ApiUnderTest
let other: ApiUnderTest
beforeAll(async () => {
  const env = { TRUSTED_PROXY_HOPS: '1', BLOCKS_READ_EVERY_MS: '100' }
  api = await startApi({ env })
  other = await startApi({ env, database: api.database, start: true })
})
afterAll(async () => {
  await other.close()
  await api.close()
})

const post = (path: string, body: object, role: Role = 'operator') =>
  callAdmin(api, { method: 'POST', path, body, role })
const from = (address: string) => ({ headers: { 'x-forwarded-for': address } })

describe('a block', () => {
  it('of a user refuses his purchases, not what he has bought; another process takes it from MySQL', async () => {
    const { voucherId } = await startSale(api, { total: 5, limitPerUser: 5 })
    const { traceId } = (await buy(api, voucherId, 4)).body.data
    const subject = { userId: 4 }
    const added = await post('/blocks', { subject, reason: 'sells vouchers on' })
    expect([added.status, added.body.data.block]).toMatchObject([200, { subject, actor: 'user:9', endsAt: null }])
    const refused = await buy(api, voucherId, 4)
    expect([refused.status, refused.body.error]).toEqual([403, 'BLOCKED'])
    expect((await ask(api, traceId, 4)).status).toBe(200)
    expect((await buy(api, voucherId, 5)).status).toBe(202)
    await expect.poll(async () => (await buy(other, voucherId, 4)).body.error, { timeout: 30_000 }).toBe('BLOCKED')
    expect((await post('/blocks/lift', { subject, reason: 'a mistake' })).body.data).toEqual({ lifted: true })
    expect((await buy(api, voucherId, 4)).status).toBe(202)
    const audit = await listAudit(api.database.db, 'user:4')
    expect(audit.map(({ action, reason }) => `${action}: ${reason}`)).toEqual([
      'block.lift: a mistake',
      'block.add: sells vouchers on',
    ])
  })

  it('of a range refuses the purchases of its addresses, until it ends', async () => {
    const { voucherId } = await startSale(api, { total: 5 })
    const subject = { addresses: '203.0.113.9/24' }
    const { block } = (await post('/blocks', { subject, reason: 'a bot farm' })).body.data
    expect(block.subject).toEqual({ addresses: '203.0.113.0/24' })
    expect((await buy(api, voucherId, 4, from('203.0.113.200'))).body.error).toBe('BLOCKED')
    expect((await buy(api, voucherId, 5, from('203.0.114.1'))).status).toBe(202)
    await post('/blocks', { subject, reason: 'a bot farm', endsAt: 1 })
    expect((await buy(api, voucherId, 4, from('203.0.113.200'))).status).toBe(202)
    const { blocks } = (await callAdmin(api, { method: 'GET', path: '/blocks', role: 'viewer' })).body.data
    expect(blocks).toMatchObject([{ subject: { addresses: '203.0.113.0/24' }, endsAt: 1 }])
  })
})

describe('a change of the block list', () => {
  it.each([
    ['of no address', { subject: { addresses: 'shop' }, reason: 'x' }, 400],
    ['of everyone', { subject: { addresses: '0.0.0.0/0' }, reason: 'x' }, 400],
    ['of a user and addresses', { subject: { userId: 4, addresses: '10.0.0.1' }, reason: 'x' }, 400],
    ['without a reason', { subject: { userId: 4 } }, 400],
  ])('%s is refused', async (_, body, status) => {
    expect((await post('/blocks', body)).status).toBe(status)
  })

  it('is not for a viewer, and there must be a block to lift', async () => {
    const body = { subject: { userId: 44 }, reason: 'x' }
    expect((await post('/blocks', body, 'viewer')).body.error).toBe('OPERATOR_REQUIRED')
    expect((await post('/blocks/lift', body)).status).toBe(404)
  })
})
