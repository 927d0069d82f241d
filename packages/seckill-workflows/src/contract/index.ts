export { paymentWait, purchaseRunPrefix, purchaseTaskQueue, purchaseWorkflow } from './names.js'
export type { Purchase } from './purchase.js'
export { Refusal } from './refusals.js'
export type { PurchaseRun } from './run.js'
