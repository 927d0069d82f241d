/** Codes of {@link SagaError}: of a definition, a start, an operation or a barrier. */
export const SagaErrorCode = {
  EmptyName: 'SAGA_EMPTY_NAME',
  NameTooLong: 'SAGA_NAME_TOO_LONG',
  NameCharacter: 'SAGA_NAME_CHARACTER',
  DuplicateStep: 'SAGA_DUPLICATE_STEP',
  NoSteps: 'SAGA_NO_STEPS',
  PhaseOrder: 'SAGA_PHASE_ORDER',
  CallOptions: 'SAGA_CALL_OPTIONS',
  Version: 'SAGA_VERSION',
  NoLanes: 'SAGA_NO_LANES',
  BarrierMismatch: 'SAGA_BARRIER_MISMATCH',
  ResultTooLarge: 'SAGA_RESULT_TOO_LARGE',
  BarrierTable: 'SAGA_BARRIER_TABLE',
  BarrierServer: 'SAGA_BARRIER_SERVER',
  BarrierKey: 'SAGA_BARRIER_KEY',
  BarrierPhase: 'SAGA_BARRIER_PHASE',
  BarrierScript: 'SAGA_BARRIER_SCRIPT',
  BarrierTorn: 'SAGA_BARRIER_TORN',
  BarrierTransaction: 'SAGA_BARRIER_TRANSACTION',
  CleaningTooEarly: 'SAGA_CLEANING_TOO_EARLY',
  DuplicateKey: 'SAGA_DUPLICATE_KEY',
  TooManyLanes: 'SAGA_TOO_MANY_LANES',
  InputTooLarge: 'SAGA_INPUT_TOO_LARGE',
  RunTooLong: 'SAGA_RUN_TOO_LONG',
  InputMismatch: 'SAGA_INPUT_MISMATCH',
  StartOver: 'SAGA_START_OVER',
  RunNotOpen: 'SAGA_RUN_NOT_OPEN',
  NoSuchRun: 'SAGA_NO_SUCH_RUN',
  OperationRefused: 'SAGA_OPERATION_REFUSED',
  NoSuchStep: 'SAGA_NO_SUCH_STEP',
  NothingParked: 'SAGA_NOTHING_PARKED',
  NoAnswer: 'SAGA_NO_ANSWER',
  SearchAttribute: 'SAGA_SEARCH_ATTRIBUTE',
  ActivityMissing: 'SAGA_ACTIVITY_MISSING',
  DuplicateSaga: 'SAGA_DUPLICATE_SAGA',
} as const
/** One of {@link SagaErrorCode}. */
export type SagaErrorCode = (typeof SagaErrorCode)[keyof typeof SagaErrorCode]

/** Codes that saga-core itself gives to the cause of a lane, or to a parked lane; all others come from activities and messages. */
export const CauseCode = {
  Cancelled: 'SAGA_CANCELLED',
  Deadline: 'SAGA_DEADLINE',
  Aborted: 'SAGA_ABORTED',
  Compensated: 'SAGA_COMPENSATED',
  Abandoned: 'SAGA_ABANDONED',
  Undone: 'SAGA_UNDONE',
  LaneKey: 'SAGA_LANE_KEY',
  Input: 'SAGA_INPUT',
  Argument: 'SAGA_ARGUMENT',
  Result: 'SAGA_RESULT',
  DeadlineInvalid: 'SAGA_DEADLINE_INVALID',
  WaitExpired: 'SAGA_WAIT_EXPIRED',
  RefusedAfterSilence: 'SAGA_REFUSED_AFTER_SILENCE',
  RefusalMalformed: 'SAGA_REFUSAL_MALFORMED',
  StepFenced: 'SAGA_STEP_FENCED',
  Timeout: 'SAGA_TIMEOUT',
  CalledOff: 'SAGA_CALLED_OFF',
  NotKnown: 'SAGA_NOT_KNOWN',
  Unknown: 'SAGA_UNKNOWN',
  ReportMismatch: 'SAGA_REPORT_MISMATCH',
  OwnershipAnswer: 'SAGA_OWNERSHIP_ANSWER',
  CompensationAnswer: 'SAGA_COMPENSATION_ANSWER',
  NotConfirmed: 'SAGA_NOT_CONFIRMED',
  StepLost: 'SAGA_STEP_LOST',
  ChildParked: 'SAGA_CHILD_PARKED',
  ChildAbandoned: 'SAGA_CHILD_ABANDONED',
  ChildCancelled: 'SAGA_CHILD_CANCELLED',
  ChildDuplicate: 'SAGA_CHILD_DUPLICATE',
  ChildFailed: 'SAGA_CHILD_FAILED',
  ChildUndo: 'SAGA_CHILD_UNDO',
  NoChildren: 'SAGA_NO_CHILDREN',
  /** The failure type of an update that arrives while the run closes or continues as new. */
  RunClosing: 'SAGA_RUN_CLOSING',
} as const
/** One of {@link CauseCode}. */
export type CauseCode = (typeof CauseCode)[keyof typeof CauseCode]

/** A code that an activity or a message gave: of a refusal, or of the error that an activity threw. */
type GivenCode = string & { readonly 'saga-core/code': true }

/** The code of a cause, an answer or a parked lane: one that saga-core gives itself, or one that it was given. */
export type Code = CauseCode | GivenCode

/** Types a code that an activity or a message gave; a code that saga-core gives itself is written out, so that the compiler checks it. */
export function givenCode(code: string): Code {
  return code as GivenCode
}

const mark = Symbol.for('saga-core.SagaError')

/**
 * A mistake in a saga's definition or use; `code` is stable, `message` is for people.
 *
 * @example
 * const isTaken = (error: unknown) => SagaError.is(error) && error.code === 'SAGA_INPUT_MISMATCH'
 */
export class SagaError extends Error {
  override readonly name = 'SagaError'
  readonly code: SagaErrorCode
  readonly [mark] = true

  constructor(code: SagaErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  /** Reports whether a value is a SagaError of any realm, the workflow sandbox included. */
  static is(error: unknown): error is SagaError {
    return typeof error === 'object' && error !== null && mark in error
  }
}
