export { purchase } from './purchase.workflow.js'
export { refund } from './refund.workflow.js'
