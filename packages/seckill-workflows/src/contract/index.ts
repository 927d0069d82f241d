export type { CampaignRun, SettleAnswer, SettleRequest } from './campaign.js'
export {
  campaignChangedSignal,
  campaignRunId,
  campaignSettleUpdate,
  campaignTaskQueue,
  campaignWorkflow,
  paymentWait,
  purchaseRunPrefix,
  purchaseTaskQueue,
  purchaseWorkflow,
  refundRunPrefix,
  refundTaskQueue,
  refundWorkflow,
} from './names.js'
export type { Purchase } from './purchase.js'
export type { Refund, RefundRun } from './refund.js'
export { Refusal } from './refusals.js'
export type { PurchaseRun } from './run.js'
