export { payWindowMs } from './plan.js'
export { type Payers, startPayers } from './run-payers.js'
