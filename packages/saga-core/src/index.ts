export type { ArgOf, LaneActivity, LaneCall, ResultOf, SetWiseActivity, UndoCall } from './definition/activity-types.js'
export type {
  CallOptions,
  CallPolicy,
  InputSchema,
  OnUnknown,
  RetryPolicy,
  SagaDefinition,
  StepDefinition,
  StepView,
} from './definition/definition.js'
export { type SagaOptions, saga } from './definition/saga.js'
export type { BranchOptions, SagaBuilder } from './definition/saga-types.js'
export type { SagaTypeError } from './definition/type-error.js'
export { typed } from './definition/typed.js'
export { lanePath, type PathStep } from './diagram/lane-path.js'
export { toMermaid } from './diagram/to-mermaid.js'
export type { Breakage, ChangeVerdict, SagaChange } from './diff/change.js'
export { type SagaOutline, type StepOutline, sagaOutline } from './diff/outline.js'
export { type DiffOptions, type SagaDiff, sagaDiff } from './diff/saga-diff.js'
export type { AuditEntry, Operated, Operation, Verb } from './engine/outside/operation.js'
export type { LaneMessages } from './engine/outside/take-messages.js'
export type { RunOptions } from './engine/start.js'
export type { LaneState, SagaState } from './engine/state/saga-state.js'
export { CauseCode, SagaError, SagaErrorCode } from './saga-error.js'
export type { LaneAnswer } from './wire/answer.js'
export { type Columns, fromColumns, type Json, toColumns } from './wire/columns.js'
export type { EarlyQuestion, EarlyReturn } from './wire/early-return.js'
export type { CompensationState, LaneEnd, Outcome, SagaReport, ToldCause as Cause } from './wire/outcome.js'
export type { Intent, Message, Phase, SetCall, SetLane } from './wire/set-wise.js'
export type { WithUndo } from './wire/with-undo.js'
