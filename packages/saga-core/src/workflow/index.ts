export type { CarriedRun } from '../engine/carry.js'
export {
  sagaEarlyAnswerUpdate,
  sagaLaneQuery,
  sagaMessageSignal,
  sagaOperateUpdate,
  sagaStateQuery,
} from './messages.js'
export { runSaga, runSagaBatch, type SagaOutcome, type WorkflowRunOptions } from './run-saga.js'
