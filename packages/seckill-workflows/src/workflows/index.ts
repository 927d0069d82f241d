export { purchase } from './purchase.workflow.js'
