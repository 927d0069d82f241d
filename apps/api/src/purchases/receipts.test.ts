import { receiptKeys, verifyReceipt } from 'seckill-certificate/receipt'
import { expect, it } from 'vitest'
import type { PriceBook } from './price-book.js'
import { createSignPromise } from './receipts.js'

const keys = receiptKeys([Buffer.alloc(32, 1).toString('base64url')])
const purchase = {
  traceId: `7-${'a'.repeat(26)}`,
  userId: 2,
  voucherId: 7,
  units: 3,
  termsVersion: 4,
  seq: 11,
  admittedAt: 1_764_000_000_000,
}

function signing(priceOf: PriceBook) {
  const unsigned: string[] = []
  const sign = createSignPromise({
    keys,
    priceOf,
    onUnsigned: (traceId, cause) => unsigned.push(`${traceId} ${cause}`),
  })
  return { sign, unsigned }
}

it('the price of all units is promised, and the receipt is genuine', async () => {
  const { sign } = signing(() => ({ priceMinor: 990, currency: 'CNY' }))
  const signed = await sign(purchase)
  expect(signed?.promised).toEqual({ ...purchase, priceMinor: 2_970, currency: 'CNY' })
  expect(signed && verifyReceipt(signed.receipt, signed.promised, keys)).toBe('genuine')
})

it('a purchase without a known price is accepted without a receipt', async () => {
  expect(await signing(() => undefined).sign(purchase)).toBeNull()
})

it('a price that cannot be read, or not in time, leaves out the receipt and is told', async () => {
  const refused = signing(() => Promise.reject(new Error('MySQL does not answer')))
  expect(await refused.sign(purchase)).toBeNull()
  expect(refused.unsigned).toEqual([`${purchase.traceId} Error: MySQL does not answer`])
  const silent = signing(() => new Promise(() => {}))
  expect(await silent.sign(purchase)).toBeNull()
  expect(silent.unsigned).toEqual([expect.stringContaining('did not answer within 500 ms')])
})
