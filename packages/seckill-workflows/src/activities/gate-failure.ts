import { ApplicationFailure } from '@temporalio/common'
import { dataFailure } from 'saga-core/activity'
import { GateInputError } from 'seckill-store/gate'

/** Rethrows an error of the gate: one of an argument blames the data; any other is no lane's fault, so Temporal retries the call. */
export function retryAtGate(situation: string): (cause: unknown) => never {
  return (cause) => {
    if (!(cause instanceof Error)) throw cause
    if (cause instanceof GateInputError) throw dataFailure('GATE_INPUT', cause.message, cause)
    const message = `${situation}: ${cause.message}`
    throw ApplicationFailure.create({ message, type: 'GateUnavailable', details: ['GATE_UNAVAILABLE'], cause })
  }
}
