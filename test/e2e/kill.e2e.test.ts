import { killService, restartService, type ServiceName } from 'seckill-local-stack'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSaleUnderTest, type SaleUnderTest, told, unended } from './sale-under-test.js'

const shoppers = 3_000
const stock = 1_500
const rate = 1_000
/** Shoppers who have asked when the process is killed: fewer than there are units, so the sale is in full swing. */
const killAt = 800

/** A shopper whose request broke asks again, with the same Idempotency-Key. */
const retry = { attempts: 300, delayMs: 100 } as const

let under: SaleUnderTest

beforeAll(async () => {
  under = await openSaleUnderTest()
})

afterAll(() => under?.close())

function service(name: ServiceName) {
  return async () => {
    await killService(under.stack, name)
    await restartService(under.stack, name)
  }
}

function process(role: 'api' | 'worker' | 'notifier') {
  return async () => {
    await under.sale.kill(role)
    await under.sale.restart(role)
  }
}

/** Lets shoppers rush, and has `fault` happen once in the middle of it. */
async function rushWith(fault: () => Promise<void>) {
  const voucherId = await under.putOnSale(stock)
  let happening: Promise<void> | undefined
  const report = await under.rush(voucherId, { shoppers, rate, retry }, (sent) => {
    if (sent >= killAt) happening ??= fault()
  })
  if (happening === undefined) throw new Error('The rush was over before the fault.')
  await happening
  return { voucherId, report }
}

describe('kill -9 in the middle of a rush, then a restart', () => {
  it.each([
    ['the worker', process('worker')],
    ['the API', process('api')],
    ['the notifier', process('notifier')],
    ['Redis', service('redis')],
    ['MySQL', service('mysql')],
    ['Temporal', service('temporal')],
  ])('%s: every accepted purchase ends, its buyer is told, and the invariants hold', async (_name, fault) => {
    const { voucherId, report } = await rushWith(fault)
    expect(report.failures).toEqual({})

    const certified = await under.certify(voucherId)
    expect(certified.invariants.checks.filter((check) => !check.ok)).toEqual([])
    expect(certified).toMatchObject({ orders: stock, oversold: 0, duplicates: 0, lost: 0, leaked: 0 })

    expect(report.traceIds).toHaveLength(stock)
    expect(await unended(under.sources, report.traceIds)).toEqual([])
    const won = { kind: 'WON', channel: 'log' } as const
    await expect.poll(() => told(under.sources, voucherId, won)).toEqual([...report.traceIds].sort())
  })
})
