import type { ProcessExit } from 'seckill-local-stack'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSaleUnderTest, type SaleUnderTest, told, unended } from './sale-under-test.js'

const shoppers = 3_000
const stock = 1_500
const rate = 1_000
/** Shoppers who have asked when the process is told to end: fewer than there are units, so the sale is in full swing. */
const endAt = 800

/** Where nothing listens a shopper asks again, with the same Idempotency-Key; each answer of the kind 5xx is counted. */
const retry = { attempts: 300, delayMs: 100 } as const

let under: SaleUnderTest
beforeAll(async () => {
  under = await openSaleUnderTest()
})
afterAll(() => under?.close())

describe('SIGTERM in the middle of a rush, then a start', () => {
  it.each(['worker', 'api', 'notifier', 'provider'] as const)(
    '%s: it ends by itself, no request is answered 5xx, and every accepted purchase ends',
    async (role) => {
      const voucherId = await under.putOnSale(stock)
      let ended: Promise<ProcessExit> | undefined
      const endAndStart = async () => {
        const exit = await under.sale.terminate(role)
        await under.sale.restart(role)
        return exit
      }
      const report = await under.rush(voucherId, { shoppers, rate, retry }, (sent) => {
        if (sent >= endAt) ended ??= endAndStart()
      })

      expect(await ended).toEqual({ code: 0, signal: null })
      expect(report.failures).toEqual({})
      expect(Object.keys(report.retries).filter((answer) => answer.startsWith('HTTP'))).toEqual([])
      if (role !== 'api') expect(report.retries).toEqual({})
      const certified = await under.certify(voucherId)
      expect(certified.invariants.checks.filter((check) => !check.ok)).toEqual([])
      expect(certified).toMatchObject({ orders: stock, oversold: 0, duplicates: 0, lost: 0, leaked: 0 })
      expect(report.traceIds).toHaveLength(stock)
      expect(await unended(under.sources, report.traceIds)).toEqual([])
      const won = { kind: 'WON', channel: 'log' } as const
      await expect.poll(() => told(under.sources, voucherId, won)).toEqual([...report.traceIds].sort())
    },
  )
})
