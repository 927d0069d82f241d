import { expect, it } from 'vitest'
import { createPublicClient, dataOf, Refused } from './public.js'

function clientAnswering(status: number, body: string) {
  const asked: Request[] = []
  const client = createPublicClient({
    baseUrl: 'http://shop.test',
    headers: { 'Accept-Language': 'en' },
    fetch: async (request) => {
      asked.push(request)
      return new Response(body, { status, headers: { 'retry-after': '2' } })
    },
  })
  return { client, asked }
}

it('a request has the path, the headers and the body that its operation names', async () => {
  const { client, asked } = clientAnswering(202, '{"data":{"traceId":"7-a"}}')
  const params = { path: { voucherId: 7 }, header: { 'Idempotency-Key': 'one' } }
  const buying = client.POST('/api/v1/vouchers/{voucherId}/purchases', { params })
  expect(await dataOf(buying)).toEqual({ traceId: '7-a' })
  await client.DELETE('/api/v1/purchases/{traceId}', { params: { path: { traceId: 'a/b' } } })
  await client.POST('/api/v1/inbox/read', { body: { ids: ['m'] } })
  expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST http://shop.test/api/v1/vouchers/7/purchases',
    'DELETE http://shop.test/api/v1/purchases/a%2Fb',
    'POST http://shop.test/api/v1/inbox/read',
  ])
  const [bought, , read] = asked
  expect(Object.fromEntries(bought?.headers ?? [])).toEqual({ 'accept-language': 'en', 'idempotency-key': 'one' })
  expect(read?.headers.get('content-type')).toBe('application/json')
  expect(await read?.text()).toBe('{"ids":["m"]}')
})

it('an answer that refuses is thrown, also one of a proxy; an answer that is cut off says nothing of the purchase', async () => {
  const soldOut = clientAnswering(409, '{"error":"SOLD_OUT","message":"Sold out.","data":null}')
  const refusal = dataOf(soldOut.client.GET('/api/v1/purchases'))
  await expect(refusal).rejects.toMatchObject({
    status: 409,
    code: 'SOLD_OUT',
    message: 'Sold out.',
    retryAfterMs: 2_000,
  })
  const proxy = clientAnswering(502, '<h1>Bad gateway</h1>')
  await expect(dataOf(proxy.client.GET('/api/v1/purchases'))).rejects.toBeInstanceOf(Refused)
  const cut = clientAnswering(200, '{"data":')
  await expect(dataOf(cut.client.GET('/api/v1/purchases'))).rejects.toBeInstanceOf(SyntaxError)
})
