import type { StepAnswer } from '../answer.js'
import type { StepDefinition } from '../definition.js'
import type { Lane } from './lane.js'

type Shaped = { readonly ok: true; readonly arg: unknown } | { readonly ok: false; readonly answer: StepAnswer }

/** A step's argument for one lane. A throw in the user's function is that lane's failure, never its neighbours'. */
export function argOf(step: StepDefinition, lane: Lane): Shaped {
  if (!step.arg) return { ok: true, arg: lane.input }
  try {
    return { ok: true, arg: step.arg({ input: lane.input, results: lane.results, key: lane.key }) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { ok: false, answer: { status: 'unknown', code: 'SAGA_ARGUMENT', message } }
  }
}
