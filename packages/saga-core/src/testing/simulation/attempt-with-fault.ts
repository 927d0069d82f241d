import { ApplicationFailure } from '@temporalio/common'
import { stepPending } from '../../activity/refuse.js'
import { failureType } from '../../wire/failure.js'
import type { AttemptFault, AttemptPoint } from './faults.js'

/** The changes that a fault may make to its run. */
export interface FaultTargets {
  /** Lets the attempt take effect later: before attempt `lands`, or when all is over. */
  late(run: () => Promise<unknown>, point: AttemptPoint, lands: number | undefined): void
  crash(fault: AttemptFault & { readonly kind: 'crashes' }): void
  cancel(): void | Promise<void>
  /** Aborts every lane, as an operator does. */
  abort(): void | Promise<void>
  refuse(step: string, lane: string): void
  violated(what: string): void
}

const never = new Promise<never>(() => undefined)

const finalTypes = { lane: failureType.data, call: 'SimulatedFailure' } as const

function failure(final: false | 'lane' | 'call'): ApplicationFailure {
  if (final) return ApplicationFailure.nonRetryable('simulated: fails for good', finalTypes[final], 'SIMULATED_FAILURE')
  return ApplicationFailure.retryable('simulated: fails for now', failureType.infrastructure, 'SIMULATED_OUTAGE')
}

/** Runs one attempt with its fault. */
export async function attemptWithFault(
  fault: AttemptFault,
  point: AttemptPoint,
  proceed: () => Promise<unknown>,
  targets: FaultTargets,
): Promise<unknown> {
  switch (fault.kind) {
    case 'fails':
      if (fault.effect) await proceed()
      if (fault.calledOff) await targets[fault.calledOff]()
      throw failure(fault.final)
    case 'hangs':
      targets.late(proceed, point, fault.lands)
      return never
    case 'crashes':
      // The attempt's answer is lost with its worker.
      if (fault.effect === 'done') await proceed().catch(() => undefined)
      if (fault.effect === 'late') targets.late(proceed, point, fault.lands)
      targets.crash(fault)
      return never
    case 'cancelled':
      return cancelAround(fault, proceed, targets)
    case 'duplicated':
      return fault.cancelled
        ? cancelAround({ kind: 'cancelled', effect: 'after' }, () => proceedTwice(point, proceed, targets), targets)
        : proceedTwice(point, proceed, targets)
    case 'pends':
      throw stepPending()
    case 'refuses':
      targets.refuse(point.step, fault.lane)
      return proceed()
  }
}

async function cancelAround(
  fault: AttemptFault & { readonly kind: 'cancelled' },
  proceed: () => Promise<unknown>,
  targets: FaultTargets,
): Promise<unknown> {
  if (fault.effect === 'before') await targets.cancel()
  try {
    return await proceed()
  } finally {
    if (fault.effect === 'after') await targets.cancel()
  }
}

async function proceedTwice(
  { step, phase }: AttemptPoint,
  proceed: () => Promise<unknown>,
  targets: FaultTargets,
): Promise<unknown> {
  const [first, second] = [await settled(proceed), await settled(proceed)]
  const [one, other] = [JSON.stringify(first), JSON.stringify(second)]
  if (one !== other) targets.violated(`${phase} of ${step}, delivered twice, answered ${one} and then ${other}`)
  if ('error' in second) throw second.error
  return second.value
}

async function settled(
  work: () => Promise<unknown>,
): Promise<{ readonly value: unknown } | { readonly error: unknown }> {
  try {
    return { value: await work() }
  } catch (error) {
    return { error }
  }
}
