import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { buy, send, startSale } from './sale.js'

let api: ApiUnderTest
beforeAll(async () => {
  const env = { TRUSTED_PROXY_HOPS: '1', FAULTS_PER_ADDRESS: '5', PURCHASES_PER_ADDRESS: '50', RATE_LIMIT_MS: '600000' }
  api = await startApi({ env })
})
afterAll(() => api.close())

const buyers = 20
const senders = 40
const requestsOfSender = 15
const forged = `Bearer ${Buffer.from('{"alg":"HS256"}').toString('base64url')}.${Buffer.from('{"sub":"1"}').toString('base64url')}.x`

it('garbage from many addresses is refused, and every buyer beside it is served', async () => {
  const { voucherId } = await startSale(api, { total: buyers, users: buyers })
  const url = `${api.url}/api/v1/vouchers/${voucherId}/purchases`
  const garbage = async (sender: number): Promise<readonly number[]> => {
    const statuses: number[] = []
    for (let sent = 0; sent < requestsOfSender; sent += 1) {
      const credential: Record<string, string> = sent % 2 === 0 ? {} : { authorization: forged }
      const headers = { ...credential, 'x-forwarded-for': `198.18.0.${sender}` }
      statuses.push((await send(url, { method: 'POST', headers })).status)
    }
    return statuses
  }
  const purchase = (userId: number) =>
    buy(api, voucherId, userId, { headers: { 'x-forwarded-for': `203.0.113.${userId}` } })
  const [garbageAnswers, purchases] = await Promise.all([
    Promise.all(Array.from({ length: senders }, (_, sender) => garbage(sender))),
    Promise.all(Array.from({ length: buyers }, (_, at) => purchase(at + 1))),
  ])
  expect(purchases.map(({ status }) => status)).toEqual(Array(buyers).fill(202))
  // Five faults of an address are looked at, and no further request of it.
  for (const statuses of garbageAnswers) {
    expect(statuses).toEqual([...Array(5).fill(401), ...Array(requestsOfSender - 5).fill(429)])
  }
})

it('an address whose faults are spent still sees and pays what was bought', async () => {
  const { voucherId } = await startSale(api, { total: 1 })
  const headers = { 'x-forwarded-for': '198.18.7.7' }
  const { traceId } = (await buy(api, voucherId, 4, { headers })).body.data
  const url = `${api.url}/api/v1/vouchers/${voucherId}/purchases`
  for (let sent = 0; sent < 6; sent += 1) await send(url, { method: 'POST', headers })
  expect((await buy(api, voucherId, 4, { headers })).status).toBe(429)
  expect((await send(`${api.url}/api/v1/purchases/${traceId}`, { headers })).status).toBe(401)
  expect((await send(`${api.url}/api/v1/vouchers`, { headers })).status).toBe(200)
})
