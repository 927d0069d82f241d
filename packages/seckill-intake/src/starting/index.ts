export { newRunId } from './run-id.js'
export { createRunStarter, type RunStarter, type TakenRun } from './run-starter.js'
export { createStartMetrics, type StartMetrics } from './start-metrics.js'
export { createStartRun, type StartResult, type StartRun } from './start-run.js'
