export { type RetryParked, retryParkedUpdate, sagaLaneQuery, sagaStateQuery } from './messages.js'
export { runSaga, runSagaBatch, type SagaOutcome } from './run-saga.js'
