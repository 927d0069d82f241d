export { createReceipt, type Promised, type ReceiptVerdict, verifyReceipt } from './receipt.js'
export { type ReceiptKeys, receiptKeys } from './receipt-keys.js'
