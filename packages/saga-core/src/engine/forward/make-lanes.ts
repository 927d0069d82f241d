import { checkValue } from '../../definition/check-value.js'
import type { SagaDefinition } from '../../definition/definition.js'
import { shaped } from '../../definition/shaped.js'
import type { CauseCode } from '../../saga-error.js'
import { keySeparator, tooLongKey } from '../../wire/names.js'
import type { Cause } from '../../wire/outcome.js'
import { duplicateKey } from '../../wire/size-limits.js'
import { deadlineOf } from '../calls/shape.js'
import { type Lane, newLane, newPart } from '../run/lane.js'
import type { SagaRuntime } from '../run/runtime.js'

/**
 * Makes the lanes of a new run; a lane with an invalid input has a cause.
 *
 * @throws SagaError SAGA_DUPLICATE_KEY when two inputs have one key. In a run that an earlier version started the first of them counts.
 */
export function makeLanes(
  definition: SagaDefinition,
  inputs: readonly unknown[],
  attempt: number,
  startedAt: number,
  { isCurrent }: Pick<SagaRuntime, 'isCurrent'>,
): readonly Lane[] {
  const lanes = new Map<string, Lane>()
  const places = new Map<string, number>()
  for (const [at, input] of inputs.entries()) {
    const lane = makeLane(definition, input, at, attempt, startedAt)
    const former = places.get(lane.key)
    if (former === undefined) {
      lanes.set(lane.key, lane)
      places.set(lane.key, at)
    } else if (isCurrent('distinct-keys')) throw duplicateKey(definition.name, former, at, lane.key)
  }
  return [...lanes.values()]
}

function makeLane(definition: SagaDefinition, input: unknown, at: number, attempt: number, startedAt: number): Lane {
  const key = shaped(() => definition.key(input))
  const fault = key.ok ? keyFault(key.value, attempt) : key.message
  if (!key.ok || fault)
    return invalid(newLane(`#${at}`, input, attempt, Number.POSITIVE_INFINITY), 'SAGA_LANE_KEY', fault ?? '')
  const checked = checkValue(definition.schema, input)
  const value = checked.ok ? checked.value : input
  const deadline = deadlineOf(() => definition.deadline?.(value, startedAt))
  const lane = newLane(key.value, value, attempt, deadline.ok ? deadline.value : Number.POSITIVE_INFINITY)
  if (!checked.ok) return invalid(lane, 'SAGA_INPUT', checked.message)
  return deadline.ok ? lane : invalid(lane, 'SAGA_DEADLINE_INVALID', deadline.message)
}

/** Gives a lane the cause for which it rolls back before its first step. */
function invalid(lane: Lane, code: CauseCode, message: string): Lane {
  const cause: Cause = { kind: 'invalid', code, message }
  lane.cause = cause
  return lane
}

function keyFault(key: unknown, attempt: number): string | undefined {
  if (typeof key !== 'string' || key === '')
    return `a lane's key is a text that is not empty, not ${JSON.stringify(key)}`
  if (key.includes(keySeparator)) return "a lane's key cannot have the character U+001F"
  if (!key.isWellFormed()) return `a lane's key is well-formed Unicode, not ${JSON.stringify(key)}`
  return tooLongKey({ key, attempt })
}

/** Gives a lane the parts of the effects that existed before it started. */
export function adopt(definition: SagaDefinition, lane: Lane): void {
  for (const step of definition.steps) {
    if (step.kind !== 'adopted') continue
    lane.parts.push({ ...newPart(lane, step, 'done'), value: undefined })
    lane.results[step.name] = undefined
  }
}
