import { afterEach, describe, expect, it, vi } from 'vitest'
import { bearer, startListener, testTokens } from '../../test/listener-under-test.js'
import type { AssessRisk, PurchaseFacts } from './risk.js'

type Listener = Awaited<ReturnType<typeof startListener>>

let listener: Listener
afterEach(() => listener.close())

/** A listener behind one proxy, with limits that no test waits for. */
async function limited(variables: Record<string, string>): Promise<void> {
  listener = await startListener(100, {
    protection: { TRUSTED_PROXY_HOPS: '1', RATE_LIMIT_MS: '600000', ...variables },
  })
}

async function ask(address: string, headers: Record<string, string> = {}) {
  const answer = await listener.ask({ headers: { 'x-forwarded-for': address, ...headers } })
  const { error } = JSON.parse(answer.text)
  return { status: answer.status, error, retryAfter: Number(answer.headers['retry-after']) }
}

async function refusals(reason: string): Promise<number> {
  const text = await listener.metrics.registry.metrics()
  return Number(new RegExp(`seckill_protection_refusals_total\\{reason="${reason}"\\} (\\d+)`).exec(text)?.[1])
}

describe('a user over the limit', () => {
  it('is answered 429 with the time to wait, before the gate, from any address; another user buys', async () => {
    await limited({ PURCHASES_PER_USER: '2' })
    const own = await bearer(2)
    expect([(await ask('192.0.2.1', own)).status, (await ask('192.0.2.2', own)).status]).toEqual([202, 202])
    const refused = await ask('192.0.2.3', own)
    expect(refused).toMatchObject({ status: 429, error: 'TOO_MANY_REQUESTS' })
    expect(refused.retryAfter).toBeGreaterThan(1)
    expect((await ask('192.0.2.1', await bearer(3))).status).toBe(202)
    expect(listener.admitted.map(({ userId }) => userId)).toEqual([2, 2, 3])
    expect(await refusals('user')).toBe(1)
  })
})

describe('an address over the limit', () => {
  it('is answered 429 before its token is verified; another address buys', async () => {
    await limited({ PURCHASES_PER_ADDRESS: '2' })
    const own = await bearer(2)
    await ask('192.0.2.1', own)
    await ask('192.0.2.1', own)
    expect(await ask('192.0.2.1')).toMatchObject({ status: 429, error: 'TOO_MANY_REQUESTS' })
    expect((await ask('192.0.2.2', own)).status).toBe(202)
    expect(await refusals('address')).toBe(1)
  })

  it('is one /64 in IPv6', async () => {
    await limited({ PURCHASES_PER_ADDRESS: '1' })
    const own = await bearer(2)
    expect((await ask('2001:db8:1:2::1', own)).status).toBe(202)
    expect((await ask('2001:db8:1:2::9', own)).status).toBe(429)
    expect((await ask('2001:db8:1:3::1', own)).status).toBe(202)
  })

  it('cannot take another address by what it writes into the header', async () => {
    await limited({ PURCHASES_PER_ADDRESS: '1' })
    const own = await bearer(2)
    expect((await ask('6.6.6.1, 192.0.2.1', own)).status).toBe(202)
    expect((await ask('6.6.6.2, 192.0.2.1', own)).status).toBe(429)
  })
})

describe('an address that sends garbage', () => {
  it('is refused without a look at its token after its number of faults; a good purchase is no fault', async () => {
    await limited({ FAULTS_PER_ADDRESS: '2' })
    const own = await bearer(2)
    for (let bought = 0; bought < 5; bought += 1) expect((await ask('192.0.2.1', own)).status).toBe(202)
    expect([(await ask('192.0.2.1')).status, (await ask('192.0.2.1')).status]).toEqual([401, 401])
    expect(await ask('192.0.2.1', own)).toMatchObject({ status: 429, error: 'TOO_MANY_REQUESTS' })
    expect((await ask('192.0.2.2', own)).status).toBe(202)
    expect(await refusals('faults')).toBe(1)
  })
})

describe('a purchase that the risk port refuses', () => {
  it('is answered 403 BLOCKED before the gate; the port knows user, address and request', async () => {
    const asked: PurchaseFacts[] = []
    const assessRisk: AssessRisk = (facts) => {
      asked.push(facts)
      return facts.address === '192.0.2.1' ? 'refuse' : 'allow'
    }
    listener = await startListener(100, { protection: { TRUSTED_PROXY_HOPS: '1' }, assessRisk })
    const own = await bearer(2)
    expect(await ask('192.0.2.1', own)).toMatchObject({ status: 403, error: 'BLOCKED' })
    expect((await ask('192.0.2.2', own)).status).toBe(202)
    expect(listener.admitted).toHaveLength(1)
    expect(asked.map(({ userId, address }) => ({ userId, address }))).toEqual([
      { userId: 2, address: '192.0.2.1' },
      { userId: 2, address: '192.0.2.2' },
    ])
    expect(asked[0]?.request.headers).toMatchObject({ 'x-forwarded-for': '192.0.2.1' })
    expect(await refusals('risk')).toBe(1)
  })
})

describe('where a purchase token is required', () => {
  it('a purchase needs the token of its user and voucher', async () => {
    await limited({ PURCHASE_TOKENS: 'on' })
    const own = await bearer(2)
    const withToken = (userId: number, voucherId: number) => {
      const token = testTokens.sign({ userId, voucherId }, Date.now() + 600_000)
      return ask('192.0.2.1', { ...own, 'purchase-token': token })
    }
    expect(await ask('192.0.2.1', own)).toMatchObject({ status: 403, error: 'PURCHASE_TOKEN_REQUIRED' })
    expect([(await withToken(3, 7)).status, (await withToken(2, 8)).status]).toEqual([403, 403])
    expect((await withToken(2, 7)).status).toBe(202)
    expect(listener.admitted).toHaveLength(1)
    expect(await refusals('token')).toBe(3)
  })
})

describe('without limits', () => {
  it('one user and one address buy as often as they like', async () => {
    await limited({})
    const own = await bearer(2)
    for (let bought = 0; bought < 50; bought += 1) expect((await ask('192.0.2.1', own)).status).toBe(202)
  })
})

describe('an overloaded process', () => {
  let work: NodeJS.Immediate | undefined
  afterEach(() => clearImmediate(work))

  function keepBusy(turnMs: number): void {
    const until = performance.now() + turnMs
    while (performance.now() < until);
    work = setImmediate(keepBusy, turnMs)
  }

  it('refuses purchases with 503 and Retry-After, and serves everything else', async () => {
    await limited({ SHED_DELAY_MS: '20' })
    const own = await bearer(2)
    keepBusy(50)
    await vi.waitFor(async () => expect((await ask('192.0.2.1', own)).status).toBe(503), { timeout: 60_000 })
    expect(await ask('192.0.2.1', own)).toEqual({ status: 503, error: 'OVERLOADED', retryAfter: 1 })
    expect((await listener.ask({ method: 'GET', path: '/api/v1/purchases' })).text).toBe('the app')
    expect(await refusals('overload')).toBeGreaterThan(1)
    clearImmediate(work)
    await vi.waitFor(async () => expect((await ask('192.0.2.1', own)).status).toBe(202), { timeout: 60_000 })
  }, 130_000)
})
