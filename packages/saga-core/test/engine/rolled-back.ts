import { refusal, refuse } from '../../src/activity/refuse.js'
import type { SagaDefinition, StepDefinition } from '../../src/definition/definition.js'
import { saga } from '../../src/definition/saga.js'
import { type Errand, key, type LaneActivities, type LaneScript, laneActivities, recordedRun } from './recorded-run.js'

/** A saga to add steps to. */
export function plain(options = {}) {
  return saga<Errand>('plain', { key, ...options }).activities<LaneActivities>()
}

/** Fails a step without a known answer. */
export function lost(): never {
  throw new Error('lost')
}

/** Refuses without a barrier: the refusal is not stored. */
export function no(): never {
  throw refuse('NO')
}

/** Refuses with a refusal that a barrier has stored. */
export function storedNo(): never {
  throw refusal({ code: 'NO', definite: true, stored: true })
}

/** A definition with one step changed. */
export function withStep(definition: unknown, name: string, more: Partial<StepDefinition>) {
  const { steps, ...rest } = definition as SagaDefinition
  return { ...rest, steps: steps.map((one) => (one.name === name ? { ...one, ...more } : one)) }
}

/** The steps and lanes that were undone, in order. */
export function undone(asked: readonly string[]) {
  return asked.flatMap((call) => (call.startsWith('compensation ') ? [call.slice(13).replaceAll('\u001f', '.')] : []))
}

/** Starts a run of one lane that does what the script says. */
export function started(
  definition: unknown,
  script: LaneScript = {},
  lanes: readonly Errand[] = [{ id: 'a' }],
  options = {},
) {
  return recordedRun(definition, lanes, laneActivities(script), options)
}

/** The steps and lanes that a run undoes by its end, in order. */
export async function undoneBy(definition: unknown, script: LaneScript, lanes?: readonly Errand[], options?: object) {
  const run = started(definition, script, lanes, options)
  await run.report
  return undone(run.asked())
}
