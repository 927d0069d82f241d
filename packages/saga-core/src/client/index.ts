export type { RunState } from '../engine/state/run-phase.js'
export type { SagaClientOptions } from './context.js'
export type { ListedBy, ListOptions } from './list-filter.js'
export type { ListedRun, RunPage } from './list-runs.js'
export type {
  Declined,
  FailedRun,
  OperateParkedOptions,
  OperateParkedProgress,
  OperateParkedResult,
} from './operate-parked.js'
export type { ClientOperation } from './operate-run.js'
export {
  type AnsweredRun,
  createSagaClient,
  type SagaClient,
  type StartMany,
  type StartOne,
  type StartUntil,
} from './saga-client.js'
export type { SagaRun, StartedRun } from './saga-run.js'
export { registerSearchAttributes } from './search-attributes.js'
export type { StartOptions } from './start-request.js'
export type { Started } from './start-run.js'
export type { WorkflowName } from './workflow-name.js'
