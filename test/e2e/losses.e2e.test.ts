import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { signToken } from 'seckill-cli/sale'
import { killService, restartService } from 'seckill-local-stack'
import { connectGateRedis, gateKeys } from 'seckill-store/gate'
import { checkNames } from 'seckill-store/invariants'
import { dropLastCommands } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSaleUnderTest, patienceMs, type SaleUnderTest, unended } from './sale-under-test.js'

const shoppers = 5_100
/** Shoppers who have asked when Redis loses something. */
const loseAt = 1_500
/** The time in which each accepted purchase ends: from Redis' return, or from its admission where that was later. */
const mostMs = 10_000
const askedAtATime = 100

/** A shopper whose request was not accepted asks again, with the same Idempotency-Key. */
const retry = { attempts: 600, delayMs: 100 } as const

let under: SaleUnderTest

beforeAll(async () => {
  under = await openSaleUnderTest()
})

afterAll(() => under?.close())

async function loseLastWrites(): Promise<void> {
  await killService(under.stack, 'redis')
  await dropLastCommands(join(under.stack.dir, 'redis', 'data'), 50)
  await restartService(under.stack, 'redis')
}

async function loseAll(): Promise<void> {
  const redis = connectGateRedis(under.stack.redisUrl)
  await redis.flushall()
  redis.disconnect()
}

/** Loses everything until a rebuild is seen, which the end of Redis then cuts short. */
async function loseAllAndTheRebuild(voucherId: number): Promise<void> {
  const redis = connectGateRedis(under.stack.redisUrl)
  const { campaign } = gateKeys(voucherId)
  for (let rebuild: string | null | undefined; !rebuild; ) {
    await redis.flushall()
    for (let state: string | null | undefined; !state; )
      [state, rebuild] = await redis.hmget(campaign, 'state', 'rebuild')
  }
  await killService(under.stack, 'redis')
  redis.disconnect()
  await restartService(under.stack, 'redis')
}

/** Lets all shoppers buy while `lose` happens; returns their trace ids, and the moment of Redis' return. */
async function buyWhile(voucherId: number, lose: (voucherId: number) => Promise<void>) {
  let losing: Promise<number> | undefined
  const report = await under.rush(voucherId, { shoppers, rate: 1_500, retry }, (sent) => {
    if (sent >= loseAt) losing ??= lose(voucherId).then(() => Date.now())
  })
  if (losing === undefined) throw new Error('the rush was over before the loss')
  expect(report.failures).toEqual({})
  return { traceIds: report.traceIds, returnedAt: await losing }
}

async function untilEnded(traceIds: readonly string[]): Promise<void> {
  const until = performance.now() + patienceMs
  while ((await unended(under.sources, traceIds)).length > 0 && performance.now() < until) await delay(200)
}

/** The users of the purchases, and how long after Redis' return or their admission they had an order or were refused. */
async function readEnds(traceIds: readonly string[], returnedAt: number) {
  const rows = await under.sources.db
    .selectFrom('purchases as p')
    .leftJoin('orders as o', 'o.reservation_id', 'p.reservation_id')
    .select(['p.reservation_id as traceId', 'p.user_id as userId', 'p.admitted_at', 'p.ended_at', 'o.created_at'])
    .where('p.reservation_id', 'in', traceIds)
    .execute()
  return rows.map(({ traceId, userId, admitted_at, ended_at, created_at }) => ({
    traceId,
    userId,
    tookMs: (created_at ?? ended_at ?? Number.POSITIVE_INFINITY) - Math.max(returnedAt, admitted_at),
  }))
}

/** The answers of the API to the buyers of these purchases, by the status of each, with the number of them. */
async function askEach(purchases: readonly { readonly traceId: string; readonly userId: number }[]) {
  const counts: Record<string, number> = {}
  const ask = async ({ traceId, userId }: (typeof purchases)[number]): Promise<void> => {
    const headers = { authorization: `Bearer ${await signToken(under.sale.secret, { userId })}` }
    const response = await fetch(`${under.sale.api.url}/api/v1/purchases/${traceId}`, { headers })
    const { data, error } = await response.json()
    const said = error ?? (data.reason === undefined ? data.status : `${data.status} ${data.reason}`)
    counts[said] = (counts[said] ?? 0) + 1
  }
  for (let from = 0; from < purchases.length; from += askedAtATime) {
    await Promise.all(purchases.slice(from, from + askedAtATime).map(ask))
  }
  return counts
}

describe('in the middle of a rush Redis loses', () => {
  it.each([
    ['its last writes', loseLastWrites],
    ['everything', loseAll],
    ['everything, and the rebuild is cut short', loseAllAndTheRebuild],
  ])(
    '%s: each of 5,000 accepted purchases ends within 10 s as an order, a refusal or a loss with a name',
    async (what, lose) => {
      const voucherId = await under.putOnSale(shoppers)
      const { traceIds, returnedAt } = await buyWhile(voucherId, lose)
      expect(traceIds.length).toBeGreaterThanOrEqual(5_000)

      await untilEnded(traceIds)
      const ends = await readEnds(traceIds, returnedAt)
      expect(ends.map(({ traceId }) => traceId).sort()).toEqual([...traceIds].sort())
      const answers = await askEach(ends)
      const slowestMs = Math.max(...ends.map(({ tookMs }) => tookMs))
      process.stdout.write(`${what}: ${JSON.stringify(answers)}, the last after ${slowestMs} ms\n`)
      for (const answer of Object.keys(answers)) expect(answer).toMatch(/^(?:AWAITING_PAYMENT|REFUSED [A-Z_]+)$/)
      expect(slowestMs).toBeLessThan(mostMs)

      const { 'REFUSED ADMISSION_LOST': named = 0 } = answers
      const { lost, lostTraceIds, oversold, duplicates, leaked, invariants } = await under.certify(voucherId)
      expect({ lost, oversold, duplicates, leaked }).toEqual({ lost: named, oversold: 0, duplicates: 0, leaked: 0 })
      expect(lostTraceIds).toHaveLength(named)
      const broken = invariants.checks.filter((check) => !check.ok).map((check) => check.name)
      expect(broken).toEqual(named === 0 ? [] : [checkNames.allEnded])
    },
  )
})
