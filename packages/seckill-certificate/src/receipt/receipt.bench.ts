import { test } from 'vitest'
import { createReceipt, type Promised, receiptKeys, verifyReceipt } from './index.js'

const keys = receiptKeys([Buffer.alloc(32, 1).toString('base64url')])
const promised: Promised = {
  traceId: '7-abcdefghijklmnopqrstuvwxyz',
  userId: 42,
  voucherId: 7,
  units: 2,
  priceMinor: 1_980,
  currency: 'CNY',
  termsVersion: 3,
  seq: 11,
  admittedAt: 1_795_000_000_000,
}

/** Run with `npx vitest bench --project 'unit*' packages/seckill-certificate`. */
test('receipts', async ({ bench }) => {
  const receipt = createReceipt(promised, keys)
  const forged = `${receipt.slice(0, -1)}${receipt.endsWith('A') ? 'B' : 'A'}`
  await bench.compare(
    bench('create', () => {
      createReceipt(promised, keys)
    }),
    bench('verify a genuine one', () => {
      verifyReceipt(receipt, promised, keys)
    }),
    bench('verify a forged one', () => {
      verifyReceipt(forged, promised, keys)
    }),
  )
})
