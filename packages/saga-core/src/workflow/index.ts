export type { CarriedRun } from '../engine/carry.js'
export {
  sagaEarlyReturnUpdate,
  sagaLaneQuery,
  sagaMessageSignal,
  sagaOperateUpdate,
  sagaStateQuery,
} from './messages.js'
export { runSaga, runSagaBatch, type SagaOutcome, type WorkflowRunOptions } from './run-saga.js'
export { type SagaWorkflowOptions, sagaBatchWorkflow, sagaWorkflow } from './saga-workflow.js'
