import { afterAll, beforeAll, expect, it } from 'vitest'
import { startListener } from '../../test/listener-under-test.js'

let listener: Awaited<ReturnType<typeof startListener>>
beforeAll(async () => {
  listener = await startListener()
})
afterAll(() => listener.close())

it.each([
  ['application/problem+json', 'application/problem+json'],
  ['APPLICATION/Problem+JSON', 'application/problem+json'],
  ['application/json, application/problem+json;q=0.5', 'application/problem+json'],
  ['application/problem+json;q=0', 'application/json'],
  ['application/problem+json; Q=0.000', 'application/json'],
  ['application/problem+jsonp', 'application/json'],
  ['*/*', 'application/json'],
])('an error for Accept: %s is %s', async (accept, type) => {
  const answer = await listener.ask({ headers: { accept } })
  expect([answer.status, answer.headers['content-type']]).toEqual([401, `${type}; charset=utf-8`])
})
