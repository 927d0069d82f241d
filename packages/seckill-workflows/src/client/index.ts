export { countRuns } from './count-runs.js'
export { type RunToStart, restartPurchaseRun, startPurchaseRun } from './purchase-start.js'
export { runStatus } from './run-status.js'
