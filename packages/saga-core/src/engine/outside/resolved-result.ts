import { checkValue } from '../../definition/check-value.js'
import type { StepDefinition } from '../../definition/definition.js'
import type { Shaped } from '../../definition/shaped.js'
import { stepOfName } from '../../wire/names.js'
import { applies, argOf, elementsOf } from '../calls/shape.js'
import { type Lane, named, newPart } from '../run/lane.js'
import { type Run, stageAt } from '../run/run.js'
import type { Operation } from './operation.js'

/** The step at which a lane is parked on its way forward, for a `resolve`. */
function resolvedStep(run: Run, { verb }: Pick<Operation, 'verb'>, lane: Lane): StepDefinition | undefined {
  if (verb !== 'resolve' || lane.parked?.phase !== 'action') return undefined
  const name = stepOfName(lane.parked.step)
  return run.steps.find((step) => step.name === name)
}

/**
 * The reason for which a lane cannot go on with the result of a `resolve`: the step's schema does not take it, a later step reads a result
 * that is not given, or the step after it cannot be called with it. Without this check the lane would roll back, and undo what was confirmed.
 */
export function whyNotResult(run: Run, operation: Operation, lane: Lane): string | undefined {
  const step = resolvedStep(run, operation, lane)
  if (!step) return undefined
  const checked = checkValue(step.result, operation.result)
  if (!checked.ok) return `the result of "${step.name}" does not fit: ${checked.message}`
  if (step.elements) return undefined
  const results = named({ ...lane.results, [step.name]: checked.value })
  const at = stageAt(run, step.name)
  const later = run.stages.slice(at + 1)
  const reader =
    checked.value === undefined &&
    later.flatMap(({ steps }) => steps).find((one) => reads(one, lane, results, step.name))
  if (reader) return `"${reader.name}" reads the result of "${step.name}": give one`
  // The results of steps beside it may still be missing.
  if (run.stages[at]?.steps.length !== 1) return undefined
  for (const next of later[0]?.steps ?? []) {
    const shape = shapeOf(next, { ...lane, results })
    if (!shape.ok) return `"${next.name}" cannot be called with the result of "${step.name}": ${shape.message}`
  }
  return undefined
}

/** Reports whether the functions of a step read this result; results that are not there yet may end them before they do. */
function reads(step: StepDefinition, lane: Lane, results: Lane['results'], name: string): boolean {
  let isRead = false
  const watched = new Proxy(results, {
    get(target, key) {
      isRead ||= key === name
      return Reflect.get(target, key)
    },
  })
  shapeOf(step, { ...lane, results: watched })
  return isRead
}

/** Runs the functions that make a step's arguments. */
function shapeOf(step: StepDefinition, lane: Lane): Shaped<unknown> {
  const chosen = applies(step, lane)
  if (!chosen.ok || !chosen.value) return chosen
  if (!step.elements) return argOf(newPart(lane, step, 'asked'))
  const elements = elementsOf(step, lane)
  if (!elements.ok) return elements
  const args = [...elements.value].map(([key, item]) => argOf(newPart(lane, step, 'asked', key, item)))
  return args.find(({ ok }) => !ok) ?? elements
}
