export type { CampaignRun, SettleAnswer, SettleRequest } from './campaign.js'
export {
  campaignChangedSignal,
  campaignRunId,
  campaignSettleUpdate,
  campaignTaskQueue,
  campaignWorkflow,
  purchaseRunPrefix,
  purchaseTaskQueue,
  purchaseWorkflow,
} from './names.js'
export type { Purchase } from './purchase.js'
export { Refusal } from './refusals.js'
export type { PurchaseRun } from './run.js'
