import type { StepDefinition } from '../definition/definition.js'
import { stepOfName } from '../wire/names.js'

/** The position of the step that a state calls `step` or `step[element]`; -1 where there is none. */
export function stepNamed(steps: readonly StepDefinition[], called: string): number {
  return steps.findIndex(({ name }) => name === stepOfName(called))
}
