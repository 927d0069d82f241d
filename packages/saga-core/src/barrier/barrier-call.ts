import { SagaError, SagaErrorCode } from '../saga-error.js'
import { byteLength, keyWidths } from '../wire/names.js'
import type { Phase, SetCall, SetLane } from '../wire/set-wise.js'

/**
 * The direction of a step's work in a call; a `decide` is its pivot's action and has the action's row.
 *
 * @throws SagaError SAGA_BARRIER_PHASE for an unknown phase, and for a `verify`, which has no work; the message names `instead` as the
 * function to call.
 */
export function workOf({ step, phase }: SetCall, instead: string): 'act' | 'undo' {
  checkPhase(step, phase)
  if (phase === 'compensation') return 'undo'
  if (phase === 'action' || phase === 'decide') return 'act'
  const text = `the verify of step "${step}" asks whether its work happened, and must neither do nor undo it`
  throw new SagaError(SagaErrorCode.BarrierPhase, `${text}: let ${instead} answer it`)
}

const phases: ReadonlySet<unknown> = new Set<Phase>(['action', 'compensation', 'verify', 'decide'])

/**
 * Checks a call's phase, and the keys of its rows: each is another, and fits the MySQL columns; a saga of the Redis barrier has the same
 * limits, so that it fits both.
 *
 * @throws SagaError SAGA_BARRIER_KEY with a name that is empty or too long; SAGA_BARRIER_MISMATCH with a lane that is named twice;
 * SAGA_BARRIER_PHASE with an unknown phase.
 */
export function checkCall({ saga, step, phase }: SetCall, keys: readonly string[]): void {
  checkName('saga', saga)
  checkName('step', step)
  for (const key of keys) checkName('lane', key)
  checkPhase(step, phase)
  const distinct = new Set(keys).size
  if (distinct === keys.length) return
  const text = `step "${step}": ${keys.length} lanes, but ${distinct} keys`
  throw new SagaError(SagaErrorCode.BarrierMismatch, `${text}: keys must be distinct`)
}

function checkPhase(step: string, phase: Phase): void {
  if (phases.has(phase)) return
  const text = `step "${step}": "${phase}" is no phase`
  throw new SagaError(SagaErrorCode.BarrierPhase, `${text}: pass the call that the activity got`)
}

/**
 * Reports whether a compensation fences its action. A lane that rolled back for a refusal is not fenced: a run that starts it again
 * replays its steps up to the same refusal and ends as before.
 */
export function fencesUndone({ cause }: SetLane): boolean {
  return cause?.kind !== 'refused'
}

const remedies = {
  saga: 'shorten its name',
  step: 'shorten its name',
  lane: "shorten the lane's key or its element's: together, with the attempt, they are the key of a row",
} as const

function checkName(what: keyof typeof remedies, text: string): void {
  if (text === '') {
    throw new SagaError(SagaErrorCode.BarrierKey, `the ${what} is empty: a barrier row needs a saga, a step and a lane`)
  }
  const bytes = byteLength(text)
  if (bytes <= keyWidths[what]) return
  const fault = `the ${what} ${JSON.stringify(text)} has ${bytes} bytes, over ${keyWidths[what]}, and does not fit a barrier row`
  throw new SagaError(SagaErrorCode.BarrierKey, `${fault}: ${remedies[what]}`)
}
