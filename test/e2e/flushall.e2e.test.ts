import { setTimeout as delay } from 'node:timers/promises'
import { connectGateRedis } from 'seckill-store/gate'
import { checkNames } from 'seckill-store/invariants'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSaleUnderTest, type SaleUnderTest, unended } from './sale-under-test.js'

const shoppers = 5_000
const stock = 4_000
/** Shoppers who have asked when Redis loses everything. */
const flushAt = 1_500
const patienceMs = 10_000

/** A shopper whose request was not accepted asks again, with the same Idempotency-Key. */
const retry = { attempts: 300, delayMs: 100 } as const

let under: SaleUnderTest

beforeAll(async () => {
  under = await openSaleUnderTest()
})

afterAll(() => under?.close())

async function flushAll(): Promise<void> {
  const redis = connectGateRedis(under.stack.redisUrl)
  await redis.flushall()
  redis.disconnect()
}

/** Asks for all of the trace ids until each has ended or the time is over; answers those that have not. */
async function stillOpen(traceIds: readonly string[]): Promise<readonly string[]> {
  const until = performance.now() + patienceMs
  for (;;) {
    const open = await unended(under.sources, traceIds)
    if (open.length === 0 || performance.now() > until) return open
    await delay(200)
  }
}

describe('FLUSHALL in the middle of a rush', () => {
  it('every accepted purchase ends as an order, a refusal or a loss with a name; nothing is oversold', async () => {
    const voucherId = await under.putOnSale(stock)
    let flushing: Promise<void> | undefined
    const report = await under.rush(voucherId, { shoppers, rate: 1_500, retry }, (sent) => {
      if (sent >= flushAt) flushing ??= flushAll()
    })
    if (flushing === undefined) throw new Error('the rush was over before the loss')
    await flushing
    expect(report.failures).toEqual({})
    expect(report.traceIds.length).toBeGreaterThan(2_000)
    expect(await stillOpen(report.traceIds)).toEqual([])

    const { lost, lostTraceIds, oversold, duplicates, leaked, invariants } = await under.certify(voucherId)
    expect({ oversold, duplicates, leaked }).toEqual({ oversold: 0, duplicates: 0, leaked: 0 })
    expect(lostTraceIds).toHaveLength(lost)
    const broken = invariants.checks.filter((check) => !check.ok).map((check) => check.name)
    expect(broken).toEqual(lost === 0 ? [] : [checkNames.allEnded])
  })
})
