export { campaign } from './campaign.workflow.js'
export { purchase } from './purchase.workflow.js'
export { reconcile } from './reconcile.workflow.js'
export { refund } from './refund.workflow.js'
