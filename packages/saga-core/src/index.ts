export type { ArgOf, LaneActivity, LaneCall, ResultOf, SetWiseActivity } from './activity-types.js'
export type { LaneAnswer } from './answer.js'
export { type Columns, fromColumns, type Json, toColumns } from './columns.js'
export type { CallOptions, InputSchema, OnUnknown, SagaDefinition, StepDefinition, StepView } from './definition.js'
export { toMermaid } from './diagram/index.js'
export {
  type Breakage,
  type ChangeVerdict,
  type DiffOptions,
  type SagaChange,
  type SagaDiff,
  type SagaOutline,
  type StepOutline,
  sagaDiff,
  sagaOutline,
} from './diff/index.js'
export type { LaneMessages, RunOptions } from './engine/batch.js'
export type { AuditEntry, Operated, Operation, Verb } from './engine/operate.js'
export type { Cause, CompensationState, LaneEnd, Outcome, SagaReport } from './outcome.js'
export type { CallPolicy, RetryPolicy } from './runtime.js'
export { type SagaOptions, saga } from './saga.js'
export { SagaError, SagaErrorCode } from './saga-error.js'
export type { BranchOptions, SagaBuilder } from './saga-types.js'
export type { LaneState, SagaState } from './state/saga-state.js'
export type { SagaTypeError } from './type-error.js'
export { typed } from './typed.js'
export type { Intent, Message, Phase, SetCall, SetLane } from './wire.js'
