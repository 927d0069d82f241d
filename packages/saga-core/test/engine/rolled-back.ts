import { refusal, refuse } from '../../src/activity/refuse.js'
import type { SagaDefinition, StepDefinition } from '../../src/definition/definition.js'
import { saga } from '../../src/definition/saga.js'
import { type Errand, type LaneActivities, type LaneScript, laneActivities, recordedRun } from './recorded-run.js'

/** A lane's key. */
export const key = ({ id }: Errand) => id
/** A saga to add steps to. */
export const plain = (options = {}) => saga<Errand>('plain', { key, ...options }).activities<LaneActivities>()
/** Nobody knows whether it happened. */
export const lost = () => {
  throw new Error('lost')
}
/** A refusal that nothing keeps. */
export const no = () => {
  throw refuse('NO')
}
/** One that a barrier keeps. */
export const storedNo = () => {
  throw refusal({ code: 'NO', definite: true, stored: true })
}

/** A definition with a step otherwise. */
export const withStep = (definition: unknown, name: string, more: Partial<StepDefinition>) => {
  const { steps, ...rest } = definition as SagaDefinition
  return { ...rest, steps: steps.map((one) => (one.name === name ? { ...one, ...more } : one)) }
}

/** What was undone, in order. */
export const undone = (asked: readonly string[]) =>
  asked.flatMap((call) => (call.startsWith('compensation ') ? [call.slice(13).replaceAll('\u001f', '.')] : []))

/** Starts a run of one lane that does what the script says. */
export function started(
  definition: unknown,
  script: LaneScript = {},
  lanes: readonly Errand[] = [{ id: 'a' }],
  options = {},
) {
  return recordedRun(definition, lanes, laneActivities(script), options)
}

/** Undone in a run that ends at once. */
export async function undoneBy(definition: unknown, script: LaneScript, lanes?: readonly Errand[], options?: object) {
  const run = started(definition, script, lanes, options)
  await run.report
  return undone(run.asked())
}
