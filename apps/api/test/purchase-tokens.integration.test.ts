import { solveChallenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/sha'
import type { CampaignSeed } from 'seckill-store/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { type Answer, buy, send, startSale } from './sale.js'
import { tokenOf } from './tokens.js'

let api: ApiUnderTest
beforeAll(async () => {
  const env = { PURCHASE_TOKENS: 'on', CHALLENGE: 'proof-of-work', PROOF_OF_WORK_DIGITS: '2' }
  api = await startApi({ env })
})
afterAll(() => api.close())

/** A campaign that this process has read. */
async function start(seed: CampaignSeed): Promise<number> {
  const { voucherId } = await startSale(api, seed)
  await api.dependencies.campaigns.refresh()
  return voucherId
}

async function ask(method: string, path: string, userId: number, body?: object): Promise<Answer> {
  const headers = { authorization: `Bearer ${await tokenOf(userId)}`, 'content-type': 'application/json' }
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
  return send(`${api.url}/api/v1/vouchers/${path}`, init)
}

/** The task of a user, and what solves it. */
async function solved(voucherId: number, userId: number) {
  const { task } = (await ask('GET', `${voucherId}/challenge`, userId)).body.data
  return { task, solution: await solveChallenge({ challenge: task, deriveKey }) }
}

it('a buyer who solves the challenge gets a token, and buys with it; another user cannot use it', async () => {
  const voucherId = await start({ total: 5 })
  expect((await buy(api, voucherId, 4)).body.error).toBe('PURCHASE_TOKEN_REQUIRED')
  const issued = await ask('POST', `${voucherId}/purchase-tokens`, 4, { solved: await solved(voucherId, 4) })
  expect(issued.status).toBe(201)
  const headers = { 'purchase-token': issued.body.data.token }
  expect((await buy(api, voucherId, 5, { headers })).body.error).toBe('PURCHASE_TOKEN_REQUIRED')
  expect((await buy(api, voucherId, 4, { headers })).status).toBe(202)
})

it('who does not solve it, or shows the solution of another user, gets no token', async () => {
  const voucherId = await start({ total: 5 })
  const of4 = await solved(voucherId, 4)
  const path = `${voucherId}/purchase-tokens`
  for (const body of [{}, { solved: { ...of4, solution: {} } }]) {
    expect((await ask('POST', path, 4, body)).body.error).toBe('CHALLENGE_FAILED')
  }
  expect((await ask('POST', path, 5, { solved: of4 })).body.error).toBe('CHALLENGE_FAILED')
})

it('no token is given long before the sale begins, nor after it', async () => {
  const now = Date.now()
  const early = await start({ beginsAt: now + 3_600_000, endsAt: now + 7_200_000 })
  const tooEarly = await ask('GET', `${early}/challenge`, 4)
  expect([tooEarly.status, tooEarly.body.error]).toEqual([403, 'NOT_STARTED'])
  expect(Number(tooEarly.headers.get('retry-after'))).toBeGreaterThan(3_000)
  const over = await start({ beginsAt: now - 7_200_000, endsAt: now - 3_600_000 })
  expect((await ask('POST', `${over}/purchase-tokens`, 4, {})).body.error).toBe('ENDED')
  expect((await ask('GET', '999999999/challenge', 4)).body.error).toBe('VOUCHER_NOT_FOUND')
})
