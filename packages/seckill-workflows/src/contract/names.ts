/** The task queue every purchase run is started on. */
export const PURCHASE_TASK_QUEUE = 'seckill-purchase'

/** The workflow type of a purchase run. */
export const PURCHASE_WORKFLOW = 'purchase'

/** The prefix shared by the workflow ids of one voucher's runs; a run id is this plus a UUIDv7. */
export const purchaseRunPrefix = (voucherId: number): string => `purchase-${voucherId}-`
