import type { StepDefinition } from '../definition.js'

/** The position of the step that a state calls `step` or `step[element]`; -1 where there is none. */
export function stepNamed(steps: readonly StepDefinition[], called: string): number {
  const exact = steps.findIndex(({ name }) => name === called)
  if (exact >= 0) return exact
  return steps.findIndex(({ name, elements }) => elements && called.startsWith(`${name}[`) && called.endsWith(']'))
}
