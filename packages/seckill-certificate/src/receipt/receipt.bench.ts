import { test } from 'vitest'
import { promised } from '../../test/sample-promise.js'
import { createReceipt, receiptKeys, verifyReceipt } from './index.js'

const keys = receiptKeys([Buffer.alloc(32, 1).toString('base64url')])
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
