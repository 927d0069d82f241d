import type { SagaDefinition, StepDefinition } from '../definition/definition.js'
import { SagaError, SagaErrorCode } from '../saga-error.js'

/** A definition of any input and results. */
export type AnySaga = Pick<SagaDefinition, 'name' | 'steps' | 'owner'>

/** The activities that a definition names. */
export function activitiesOf({ owner, steps }: AnySaga): ReadonlySet<string> {
  const named = ({ invoke, compensate, verify, wait }: StepDefinition) => [invoke, compensate, verify, wait?.decide]
  return new Set([owner, ...steps.flatMap(named)].flatMap((reference) => reference?.activity ?? []))
}

/** @throws SagaError SAGA_DUPLICATE_SAGA when two definitions have one name, and so the same barrier keys. */
export function checkNames(sagas: readonly AnySaga[]): void {
  const seen = new Map<string, AnySaga>()
  for (const saga of sagas) {
    const other = seen.get(saga.name)
    if (other && other !== saga) {
      const message = `two sagas are named "${saga.name}": they would share barrier rows; rename one`
      throw new SagaError(SagaErrorCode.DuplicateSaga, message)
    }
    seen.set(saga.name, saga)
  }
}

/**
 * @throws SagaError SAGA_ACTIVITY_MISSING when a worker lacks activities that definitions name and that are not in `elsewhere`; a lane
 * would notice only in its compensation.
 */
export function checkActivities(
  sagas: readonly AnySaga[],
  registered: object | undefined,
  elsewhere: readonly string[],
): void {
  const known = new Set([...Object.keys(registered ?? {}), ...elsewhere])
  const missing = sagas.flatMap((saga) =>
    [...activitiesOf(saga)].filter((name) => !known.has(name)).map((name) => `"${name}" (saga "${saga.name}")`),
  )
  if (missing.length === 0) return
  const message = `this worker does not have the activities ${missing.join(', ')}: register them, or list those of other task queues in elsewhere`
  throw new SagaError(SagaErrorCode.ActivityMissing, message)
}
