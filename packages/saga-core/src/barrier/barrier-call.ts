import { byteLength, KeyWidth } from '../definition/check-definition.js'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import type { SetCall } from '../wire/set-wise.js'

/**
 * What a step's work is to do in a call: a `decide` is its pivot's action and has the action's row.
 *
 * @throws SagaError SAGA_BARRIER_PHASE for a `verify`: it asks whether the work happened, and has none to do. `instead` answers it.
 */
export function workOf({ step, phase }: SetCall, instead: string): 'act' | 'undo' {
  if (phase === 'compensation') return 'undo'
  if (phase !== 'verify') return 'act'
  const text = `the verify of step "${step}" asks whether its work happened, and must neither do nor undo it`
  throw new SagaError(SagaErrorCode.BarrierPhase, `${text}: let ${instead} answer it`)
}

/**
 * Checks that what a row is found by fits the barrier's columns; in Redis too, so that a saga fits either.
 *
 * @throws SagaError SAGA_BARRIER_KEY naming what does not fit.
 */
export function checkWidths({ saga, step }: SetCall, keys: readonly string[]): void {
  checkWidth('saga', saga)
  checkWidth('step', step)
  for (const key of keys) checkWidth('lane', key)
}

const remedies = {
  saga: 'shorten its name',
  step: 'shorten its name',
  lane: "shorten the lane's key or its element's: together, with the attempt, they are the key of a row",
} as const

function checkWidth(what: keyof typeof remedies, text: string): void {
  const bytes = byteLength(text)
  if (bytes <= KeyWidth[what]) return
  const fault = `the ${what} ${JSON.stringify(text)} has ${bytes} bytes, over ${KeyWidth[what]}, and fits no barrier row`
  throw new SagaError(SagaErrorCode.BarrierKey, `${fault}: ${remedies[what]}`)
}
