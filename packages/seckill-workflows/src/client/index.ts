export { type ChangedCampaign, ensureCampaign, settleCampaignNow, tellCampaign } from './campaign-runs.js'
export { countRuns } from './count-runs.js'
export {
  countParked,
  listParked,
  type ParkedLane,
  type ParkedLanes,
  type SaleWorkflow,
} from './parked/list-parked.js'
export {
  type OperatedLanes,
  operateAll,
  operateRun,
  type ParkedVerb,
} from './parked/operate-lanes.js'
export { type ParkedRefund, readParkedRefunds } from './parked/parked-refunds.js'
export { listPutAside, type PutAside, takeUpAll } from './parked/put-aside.js'
export { findPurchasePath, type PurchasePath } from './purchase-path.js'
export { type RunToStart, restartPurchaseRun, startPurchaseRun } from './purchase-start.js'
export { startReconcile } from './reconcile-start.js'
export { runStatus } from './run-status.js'
