import { ApplicationFailure } from '@temporalio/common'
import { GateInputError } from 'seckill-store/gate'

/** Rethrows an error of the gate: it is no lane's fault, so Temporal retries the call. */
export function retryAtGate(situation: string): (cause: unknown) => never {
  return (cause) => {
    if (!(cause instanceof Error) || cause instanceof GateInputError) throw cause
    const message = `${situation}: ${cause.message}`
    throw ApplicationFailure.create({ message, type: 'GateUnavailable', details: ['GATE_UNAVAILABLE'], cause })
  }
}
