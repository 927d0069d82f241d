import type { ElementsDefinition, StepDefinition } from '../../definition/definition.js'
import type { Lane } from '../lane.js'
import { keySeparator, type Part, tooLongKey } from '../part.js'

/** What came of a function the definition's author wrote. */
export type Shaped<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string }

/** Runs an author's function for one lane; a throw is that lane's failure, never its neighbours'. */
export function shaped<T>(work: () => T): Shaped<T> {
  try {
    return { ok: true, value: work() }
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) }
  }
}

/** A deadline in epoch milliseconds, as an author's function gives it; none is never. */
export function deadlineOf(work: () => unknown): Shaped<number> {
  const found = shaped(work)
  if (!found.ok) return found
  const { value = Number.POSITIVE_INFINITY } = found
  if (typeof value === 'number' && !Number.isNaN(value)) return { ok: true, value }
  return { ok: false, message: `a deadline is a number of epoch milliseconds, not ${String(value)}` }
}

/** What the definition's functions see of a lane. */
export const viewOf = (lane: Lane, item?: unknown) => ({
  input: lane.input,
  results: lane.results,
  key: lane.key,
  item,
})

/** The argument of a part: its own shape, its element, or the lane's input. */
export function argOf({ lane, step, element, item }: Part): Shaped<unknown> {
  const { arg } = step
  if (arg) return shaped(() => arg(viewOf(lane, item)))
  return { ok: true, value: element === undefined ? lane.input : item }
}

/** True when the lane has the step at all. */
export function applies(step: StepDefinition, lane: Lane): Shaped<boolean> {
  const { when } = step
  return when ? shaped(() => when(viewOf(lane))) : { ok: true, value: true }
}

/** A list step's elements by key, in order. */
export function elementsOf(step: StepDefinition, lane: Lane): Shaped<ReadonlyMap<string, unknown>> {
  const { items, key: keyOf } = step.elements as ElementsDefinition
  return shaped(() => {
    const found = new Map<string, unknown>()
    for (const item of items(viewOf(lane))) {
      const key = keyOf(item)
      if (typeof key !== 'string' || key === '' || key.includes(keySeparator) || !key.isWellFormed()) {
        throw new Error(
          `step "${step.name}": an element has the key ${JSON.stringify(key)}; keys are well-formed texts, not empty`,
        )
      }
      const tooLong = tooLongKey(lane, key)
      if (tooLong !== undefined) throw new Error(`step "${step.name}": ${tooLong}`)
      if (found.has(key)) throw new Error(`step "${step.name}": two elements have the key "${key}"`)
      found.set(key, item)
    }
    return found
  })
}
