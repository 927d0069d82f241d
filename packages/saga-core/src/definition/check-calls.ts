import { SagaError, SagaErrorCode } from '../saga-error.js'
import type { CallPolicy, SagaDefinition, WaitDefinition } from './definition.js'

/** One number of a policy, and the range that Temporal accepts. */
interface Limit {
  readonly name: string
  readonly of: (policy: CallPolicy) => number
  readonly holds: (value: number, policy: CallPolicy) => boolean
  readonly wanted: (policy: CallPolicy) => string
}

function isLong(ms: number) {
  return Number.isFinite(ms) && ms > 0
}
/** Temporal counts attempts in 32 bits. */
const mostAttempts = 2 ** 31 - 1

const limits: readonly Limit[] = [
  {
    name: 'startToCloseMs',
    of: ({ startToCloseMs }) => startToCloseMs,
    holds: isLong,
    wanted: () => 'milliseconds over 0',
  },
  { name: 'retry.initialMs', of: ({ retry }) => retry.initialMs, holds: isLong, wanted: () => 'milliseconds over 0' },
  {
    name: 'retry.factor',
    of: ({ retry }) => retry.factor,
    holds: (factor) => Number.isFinite(factor) && factor >= 1,
    wanted: () => '1 or more',
  },
  {
    name: 'retry.maximumMs',
    of: ({ retry }) => retry.maximumMs,
    holds: (ms, { retry }) => isLong(ms) && ms >= retry.initialMs,
    wanted: ({ retry }) => `${retry.initialMs} or more, which is its initialMs`,
  },
  {
    name: 'retry.attempts',
    of: ({ retry }) => retry.attempts,
    holds: (attempts) => Number.isInteger(attempts) && attempts >= 0 && attempts <= mostAttempts,
    wanted: () => 'a whole number of attempts, 0 for no end',
  },
]

/**
 * @throws SagaError SAGA_CALL_OPTIONS when Temporal would reject a call of the definition at every attempt, when `confirmWithinMs` or
 * `withinMs` is not positive, or when a wait has two ends.
 */
export function checkCalls({ name, owner, steps }: SagaDefinition): void {
  checkCall(`take of saga "${name}"`, owner?.policy)
  for (const { name: step, invoke, compensate, confirmWithinMs = 1, verify, wait } of steps) {
    const of = `step "${step}" of saga "${name}"`
    checkCall(of, invoke?.policy)
    checkCall(`compensation of ${of}`, compensate?.policy)
    if (!isLong(confirmWithinMs)) {
      const message = `compensation of ${of}: confirmWithinMs is ${confirmWithinMs}; give it milliseconds over 0`
      throw new SagaError(SagaErrorCode.CallOptions, message)
    }
    checkCall(`verify of ${of}`, verify?.policy)
    checkCall(`decide of ${of}`, wait?.decide?.policy)
    if (wait) checkEnd(of, wait)
  }
}

function checkEnd(of: string, { deadline, withinMs }: WaitDefinition): void {
  const isTime = typeof withinMs !== 'number' || isLong(withinMs)
  if (isTime && (deadline === undefined || withinMs === undefined)) return
  const fault = isTime
    ? 'it has deadline and withinMs; give it one of them'
    : `withinMs is ${withinMs}; give it milliseconds over 0`
  throw new SagaError(SagaErrorCode.CallOptions, `wait of ${of}: ${fault}`)
}

function checkCall(what: string, policy: CallPolicy | undefined): void {
  if (!policy) return
  const broken = limits.find(({ of, holds }) => !holds(of(policy), policy))
  if (!broken) return
  const { name, of, wanted } = broken
  const message = `${what}: ${name} is ${of(policy)}, with which Temporal refuses every call; give it ${wanted(policy)}`
  throw new SagaError(SagaErrorCode.CallOptions, message)
}
