import { givenCode } from '../saga-error.js'
import type { StepAnswer } from './answer.js'
import type { Json } from './columns.js'

/** The `type` of the application failures by which activities and engine understand each other. */
export const FailureType = {
  Refused: 'SagaRefused',
  Fenced: 'SagaFenced',
  /** Not decided yet, or not known. */
  Pending: 'SagaPending',
  /** Blames the data of some lane: the engine looks for it by bisection. */
  Data: 'SagaData',
  /** Blames the infrastructure: the whole call waits and is retried. */
  Infrastructure: 'SagaInfrastructure',
  /** A set-wise activity answered with missing, doubled or unknown keys. */
  Report: 'SagaReport',
} as const

/** A failure as any runtime can describe it; `type` and `details` are those of an application failure. */
export interface FailureFacts {
  readonly type?: string | undefined
  readonly message: string
  readonly details?: readonly unknown[] | undefined
}

const calledOff: FailureFacts = { type: 'SAGA_CALLED_OFF', message: 'called off: a step beside it failed' }

/** Details of a refusal. */
export interface RefusalFacts {
  readonly code: string
  readonly details?: Json
  /** False when an earlier attempt ended without an answer and no barrier stored the refusal. */
  readonly definite: boolean
  /** A barrier keeps it: every attempt gets the same no. */
  readonly stored?: boolean
}

/** The facts of a refusal; `undefined` where a failure is none, or was made by hand without them. */
export function refusalFacts(failure: Pick<FailureFacts, 'type' | 'details'>): RefusalFacts | undefined {
  const facts = failure.details?.[0] as RefusalFacts | null | undefined
  const isRefusal = failure.type === FailureType.Refused
  return isRefusal && typeof facts?.code === 'string' && typeof facts.definite === 'boolean' ? facts : undefined
}

/** What a failed call means for its lanes, and whether it blames their data. */
export function answerOfFailure(failure: FailureFacts): { readonly answer: StepAnswer; readonly blamesData: boolean } {
  if (failure.type === FailureType.Refused) return { answer: answerOfRefusal(failure), blamesData: false }
  if (failure.type === FailureType.Fenced) return { answer: { status: 'fenced' }, blamesData: false }
  if (failure.type === FailureType.Pending) return { answer: { status: 'pending' }, blamesData: false }
  const first = failure.details?.[0]
  const said = typeof first === 'string' ? first : failure.type
  // Of an error without a code or a class of its own nothing is known but its message.
  const code = said === undefined || said === 'Error' ? 'SAGA_UNKNOWN' : givenCode(said)
  return {
    answer: { status: 'unknown', code, message: failure.message.slice(0, 500) },
    blamesData: failure.type === FailureType.Data,
  }
}

/** What a call came to that was called off: where nobody knows what it did, that is why. */
export function answerOfCalledOff(failure: FailureFacts = calledOff): ReturnType<typeof answerOfFailure> {
  const answered = answerOfFailure(failure)
  return answered.answer.status === 'unknown' ? answerOfFailure(calledOff) : answered
}

function answerOfRefusal(failure: FailureFacts): StepAnswer {
  const refusal = refusalFacts(failure)
  if (!refusal) {
    const rule = `a failure of type ${FailureType.Refused} needs { code, definite } as its first detail`
    return { status: 'unknown', code: 'SAGA_REFUSAL_MALFORMED', message: `${rule}: ${failure.message.slice(0, 400)}` }
  }
  if (!refusal.definite) {
    const message = `refused (${refusal.code}) after an earlier attempt that never answered`
    return { status: 'unknown', code: 'SAGA_REFUSED_AFTER_SILENCE', message }
  }
  const { code, details, stored } = refusal
  return {
    status: 'refused',
    code: givenCode(code),
    ...(details !== undefined && { details }),
    ...(stored && { definite: true }),
  }
}
