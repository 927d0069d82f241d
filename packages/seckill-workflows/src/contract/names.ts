/** The task queue every purchase run is started on. */
export const purchaseTaskQueue = 'seckill-purchase'

/** The workflow type of a purchase run. */
export const purchaseWorkflow = 'purchase'

/** The wait of a lane for its payment; a message to it says that MySQL has news of its order. */
export const paymentWait = 'payment'

/** The prefix shared by the workflow ids of one voucher's runs; a run id is this plus a UUIDv7. */
export function purchaseRunPrefix(voucherId: number): string {
  return `purchase-${voucherId}-`
}

/** The task queue every refund run is started on; its step that calls the provider is placed on it as a regular activity. */
export const refundTaskQueue = 'seckill-refund'

/** The workflow type of a refund run. */
export const refundWorkflow = 'refund'

/** The prefix of the workflow ids of refund runs; the id of the refund follows. */
export const refundRunPrefix = 'refund-'

/** The task queue of reconciliations. */
export const reconcileTaskQueue = 'seckill-reconcile'

/** The workflow type of a reconciliation. */
export const reconcileWorkflow = 'reconcile'

/** The id of the Schedule that reconciles. */
export const reconcileSchedule = 'reconcile'

/** The task queue of the campaigns' runs and their activities. */
export const campaignTaskQueue = 'seckill-campaign'

/** The workflow type of a campaign's run. */
export const campaignWorkflow = 'campaign'

/** The workflow id of the run of a campaign. */
export function campaignRunId(voucherId: number): string {
  return `campaign-${voucherId}`
}

/** The signal that tells a campaign's run of a version that MySQL has. */
export const campaignChangedSignal = 'changed'

/** The update by which an operator asks a campaign's run to settle now. */
export const campaignSettleUpdate = 'settle'
