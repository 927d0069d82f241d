import type { ElementsDefinition, StepDefinition, WaitDefinition } from '../../definition/definition.js'
import { type Shaped, shaped } from '../../definition/shaped.js'
import { keySeparator, tooLongKey } from '../../wire/names.js'
import type { Lane, Part } from '../run/lane.js'

/** A deadline in epoch milliseconds from a function of the definition's author; without one, infinity. */
export function deadlineOf(work: () => unknown): Shaped<number> {
  return timeOf('a deadline is a number of epoch milliseconds', work)
}

/** The longest wait of a lane in milliseconds, counted from its begin; without one, infinity. */
export function withinOf({ withinMs }: WaitDefinition, lane: Lane): Shaped<number> {
  const work = () => (typeof withinMs === 'function' ? withinMs(viewOf(lane)) : withinMs)
  return timeOf('withinMs is a number of milliseconds', work)
}

function timeOf(what: string, work: () => unknown): Shaped<number> {
  const found = shaped(work)
  if (!found.ok) return found
  const { value = Number.POSITIVE_INFINITY } = found
  if (typeof value === 'number' && !Number.isNaN(value)) return { ok: true, value }
  return { ok: false, message: `${what}, not ${String(value)}` }
}

/** The view of a lane that the definition's functions get. */
export function viewOf({ input, results, key }: Lane, item?: unknown) {
  return { input, results, key, item }
}

/** The argument of a part: the value of the step's `arg`, else its element, else the lane's input. */
export function argOf({ lane, step: { arg }, element, item }: Part): Shaped<unknown> {
  if (arg) return shaped(() => arg(viewOf(lane, item)))
  return { ok: true, value: element === undefined ? lane.input : item }
}

/** Reports whether the lane has the step, by the step's `when`. */
export function applies({ when }: StepDefinition, lane: Lane): Shaped<boolean> {
  return when ? shaped(() => when(viewOf(lane))) : { ok: true, value: true }
}

/** A list step's elements by key, in order. */
export function elementsOf({ name, elements }: StepDefinition, lane: Lane): Shaped<ReadonlyMap<string, unknown>> {
  const { items, key: keyOf } = elements as ElementsDefinition
  return shaped(() => {
    const found = new Map<string, unknown>()
    for (const item of items(viewOf(lane))) {
      const key = keyOf(item)
      const fault = elementFault(lane, key) ?? (found.has(key) ? `two elements have the key "${key}"` : undefined)
      if (fault !== undefined) throw new Error(`step "${name}": ${fault}`)
      found.set(key, item)
    }
    return found
  })
}

function elementFault(lane: Lane, key: unknown): string | undefined {
  if (typeof key === 'string' && key !== '' && !key.includes(keySeparator) && key.isWellFormed())
    return tooLongKey(lane, key)
  return `an element has the key ${JSON.stringify(key)}; keys are well-formed texts, not empty`
}
