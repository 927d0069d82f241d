export { reservationIdOf } from '../domain/order-id.js'
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
  reconcileSchedule,
  reconcileTaskQueue,
  reconcileWorkflow,
  refundRunPrefix,
  refundTaskQueue,
  refundWorkflow,
} from './names.js'
export type { Purchase } from './purchase.js'
export {
  type Area,
  type Difference,
  type DifferenceKind,
  type Harm,
  type Reconcile,
  type ReconcileReport,
  type ReconcileRequest,
  type Repair,
  repairs,
} from './reconciliation.js'
export type { Refund, RefundRun } from './refund.js'
export { Refusal } from './refusals.js'
export type { PurchaseRun } from './run.js'
export {
  type Placement,
  purchasePlacement,
  refundPlacement,
  type StepService,
  serviceTaskQueue,
  stepServices,
} from './services.js'
