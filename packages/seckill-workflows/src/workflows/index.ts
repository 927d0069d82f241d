export { campaign } from './campaign.workflow.js'
export { purchase } from './purchase.workflow.js'
