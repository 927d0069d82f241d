import type { SagaDefinition } from 'saga-core'
import type { Case, Side } from './case.js'
import { kindCases, ownedCases, parallelCases, retriableCases } from './kind-cases.js'
import { localSagas, runCases, type Sides, sagaCases } from './run-cases.js'
import { stepCases } from './step-cases.js'
import { childCases, waitCases } from './wait-cases.js'

/** Every case, by what has the option. */
export const allCases = {
  step: stepCases,
  wait: waitCases,
  child: childCases,
  owned: ownedCases,
  retriable: retriableCases,
  parallel: parallelCases,
  saga: sagaCases,
  kind: kindCases,
  run: runCases,
} as const satisfies Record<string, Record<string, Case>>

/** The name under which a run finds its saga. */
export function nameOf(group: string, option: string, side: Side): string {
  return [group, option, side].join(' ')
}

/** The saga of that name; where an option is one of the run, both sides have the same. */
export function sagaOf(name: string): SagaDefinition {
  const [group = '', option = '', side] = name.split(' ')
  const sagas = { ...allCases, local: localSagas } as Readonly<Record<string, Readonly<Record<string, Case | Sides>>>>
  const found = sagas[group]?.[option] as Case | Sides
  return (side === 'with' ? found.with : undefined) ?? found.without
}
