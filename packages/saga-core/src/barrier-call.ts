import { SagaError, SagaErrorCode } from './saga-error.js'
import type { SetCall } from './wire.js'

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
