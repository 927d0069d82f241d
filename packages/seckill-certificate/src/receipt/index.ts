export { type KeptReceipt, readKeptReceipt } from './kept-receipt.js'
export { createReceipt, type Promised, type ReceiptVerdict, verifyReceipt } from './receipt.js'
export { type ReceiptKeys, receiptKeys } from './receipt-keys.js'
