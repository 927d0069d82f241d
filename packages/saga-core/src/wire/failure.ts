import { givenCode } from '../saga-error.js'
import type { StepAnswer } from './answer.js'
import type { Json } from './columns.js'

/** The `type` of the ApplicationFailures by which an activity answers the engine. */
export const failureType = {
  refused: 'SagaRefused',
  fenced: 'SagaFenced',
  /** The answer is not known yet. */
  pending: 'SagaPending',
  /** The data of some lane is at fault: the engine halves the set of lanes to find it. */
  data: 'SagaData',
  /** The infrastructure is at fault: the whole call is retried. */
  infrastructure: 'SagaInfrastructure',
  /** The fault is of no known class: the whole call is retried, and its set is halved once the retries are spent. */
  unclassified: 'SagaUnclassified',
  /** The result of an activity is too large. */
  tooLarge: 'SagaTooLarge',
} as const

/** A failure in the terms of any runtime; `type` and `details` are those of an ApplicationFailure. */
export interface FailureFacts {
  readonly type?: string | undefined
  readonly message: string
  readonly details?: readonly unknown[] | undefined
  /** The number of attempts, where the policy of the call is spent. */
  readonly attempts?: number | undefined
}

/** The first detail of a refusal's ApplicationFailure. */
export interface RefusalFacts {
  readonly code: string
  readonly details?: Json
  /** `false` when an earlier attempt ended without an answer and no barrier stored the refusal. */
  readonly definite: boolean
  /** `true` when a barrier stored the refusal, so that every attempt gets it. */
  readonly stored?: boolean
}

/** The facts of a refusal; `undefined` for another failure, and for one that was made without them. */
export function refusalFacts(failure: Pick<FailureFacts, 'type' | 'details'>): RefusalFacts | undefined {
  const facts = failure.details?.[0] as RefusalFacts | null | undefined
  const isRefusal = failure.type === failureType.refused
  return isRefusal && typeof facts?.code === 'string' && typeof facts.definite === 'boolean' ? facts : undefined
}

/** The blame that a failed call lays on the data of its lanes; `perhaps` where the failure is of no known class. */
export type Blame = boolean | 'perhaps'

/** The message of an error with those of its causes; one that an outer message has already is left out. */
export function messageOf(error: { readonly message: string; readonly cause?: unknown }): string {
  const told = [error.message]
  let { cause } = error
  for (let depth = 0; depth < deepestCause && cause !== undefined && cause !== null; depth++) {
    const { message, cause: next } = cause as { readonly message?: unknown; readonly cause?: unknown }
    const text = typeof message === 'string' ? message : String(cause)
    if (!told.some((one) => one.includes(text))) told.push(text)
    cause = next
  }
  return told.join(': ')
}

/** The depth at which a chain of causes is cut, which may be a circle. */
const deepestCause = 10

/** The answer that a failed call gives its lanes, and whether their data is at fault. */
export function answerOfFailure(failure: FailureFacts): { readonly answer: StepAnswer; readonly blamesData: Blame } {
  if (failure.type === failureType.refused) return { answer: answerOfRefusal(failure), blamesData: false }
  if (failure.type === failureType.fenced) return { answer: { status: 'fenced' }, blamesData: false }
  if (failure.type === failureType.pending) return { answer: { status: 'pending' }, blamesData: false }
  const first = failure.details?.[0]
  const said = typeof first === 'string' ? first : failure.type
  // A plain Error has neither a code nor a class of its own.
  const code = said === undefined || said === 'Error' ? 'SAGA_UNKNOWN' : givenCode(said)
  return {
    answer: { status: 'unknown', code, message: failure.message.slice(0, 500), ...spentOf(failure) },
    blamesData: failure.type === failureType.unclassified ? 'perhaps' : failure.type === failureType.data,
  }
}

function spentOf({ attempts }: FailureFacts): { readonly attempts?: number } {
  return attempts === undefined ? {} : { attempts }
}

const calledOff = 'SAGA_CALLED_OFF'

/** The answer of a call that was called off before an attempt, or between two attempts on Temporal. */
export const unansweredCall = answerOfFailure({ type: calledOff, message: 'called off before it had an answer' })

/**
 * The answer of a call that was called off while its last attempt ran: an unknown one gets the code SAGA_CALLED_OFF, unless it is known to
 * blame data.
 */
export function lastAnswer<T extends ReturnType<typeof answerOfFailure> & { readonly isCancelled?: boolean }>(
  made: T,
): T {
  const { answer, blamesData, isCancelled } = made
  if (isCancelled) return { ...made, ...unansweredCall }
  if (blamesData === true || answer.status !== 'unknown' || answer.code === calledOff) return made
  const message = `called off, and not tried again: ${answer.message}`
  return { ...made, blamesData: false, answer: { status: 'unknown', code: calledOff, message } }
}

function answerOfRefusal(failure: FailureFacts): StepAnswer {
  const refusal = refusalFacts(failure)
  if (!refusal) {
    const rule = `a failure of type ${failureType.refused} needs { code, definite } as its first detail`
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
