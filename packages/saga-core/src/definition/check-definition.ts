import { SagaError, SagaErrorCode } from '../saga-error.js'
import { byteLength, keySeparator, keyWidths } from '../wire/names.js'
import { checkCalls } from './check-calls.js'
import { checkVersions } from './check-versions.js'
import type { SagaDefinition } from './definition.js'

/**
 * Checks a definition, and freezes it all the way down; schemas belong to its user and stay as they are.
 *
 * @throws SagaError SAGA_EMPTY_NAME, SAGA_NAME_TOO_LONG, SAGA_NAME_CHARACTER, SAGA_DUPLICATE_STEP, SAGA_NO_STEPS, SAGA_PHASE_ORDER,
 * SAGA_CALL_OPTIONS, SAGA_VERSION
 */
export function checkDefinition(definition: SagaDefinition): SagaDefinition {
  checkName('saga', 'saga', definition.name)
  const seen = new Set<string>()
  for (const { name } of definition.steps) {
    checkName('step', `step of saga "${definition.name}"`, name)
    if (seen.has(name)) {
      throw new SagaError(
        SagaErrorCode.DuplicateStep,
        `saga "${definition.name}" has two steps named "${name}": rename one`,
      )
    }
    seen.add(name)
  }
  if (!definition.steps.some((step) => step.kind !== 'adopted')) {
    throw new SagaError(SagaErrorCode.NoSteps, `saga "${definition.name}" has no step: add .step() before .build()`)
  }
  checkPhases(definition)
  checkCalls(definition)
  checkVersions(definition)
  return frozen({ ...definition, steps: [...definition.steps] })
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || '~standard' in value) return value
  for (const inner of Object.values(value)) frozen(inner)
  return Object.freeze(value)
}

const phaseOf = { adopted: 0, compensatable: 1, pivot: 2, retriable: 3 } as const

function checkPhases({ name, steps }: SagaDefinition): void {
  for (const [at, step] of steps.entries()) {
    const before = steps[at - 1]
    const after = before && phaseOf[before.kind] > phaseOf[step.kind]
    if (after || (step.kind === 'pivot' && before?.kind === 'pivot')) {
      const rule = 'adopted effects come first, then compensatable steps, then at most one pivot, then retriable steps'
      throw new SagaError(
        SagaErrorCode.PhaseOrder,
        `saga "${name}": "${step.name}" cannot follow "${before?.name}": ${rule}`,
      )
    }
  }
}

/** Characters that the engine puts into names of its own: keys, `step[element]`, `@own`. */
const isKept = {
  saga: (character: string) => character === keySeparator,
  step: (character: string, at: number) =>
    character === keySeparator || character === '[' || character === ']' || (character === '@' && at === 0),
} as const

function checkName(kind: 'saga' | 'step', what: string, name: string): void {
  const width = keyWidths[kind]
  if (name === '') throw new SagaError(SagaErrorCode.EmptyName, `a ${what} has an empty name: give it one`)
  if (byteLength(name) > width) {
    throw new SagaError(SagaErrorCode.NameTooLong, `the name "${name}" of a ${what} is over ${width} bytes: shorten it`)
  }
  const kept = [...name].find(isKept[kind])
  if (kept !== undefined) {
    const message = `the name "${name}" of a ${what} has ${JSON.stringify(kept)}, which the engine puts into names of its own: leave it out`
    throw new SagaError(SagaErrorCode.NameCharacter, message)
  }
}
