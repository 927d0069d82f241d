import {
  AsyncLocalStorage,
  CancellationScope,
  CancelledFailure,
  type WorkflowOutboundCallsInterceptor,
} from '@temporalio/workflow'
import { getActivator } from '@temporalio/workflow/lib/global-attributes.js'
import type { ActivityRequest } from '../engine/run/runtime.js'

/** A local activity with its retries: the SDK makes a longer pause between two attempts as a timer of the workflow. */
interface LocalCall {
  readonly retried: NonNullable<ActivityRequest['retried']>
  isOff: boolean
  /** Ends the pause under way, if there is one. */
  endPause: () => void
}

const current = new AsyncLocalStorage<LocalCall>()

/**
 * Makes the timer between two attempts in a scope of its own, which a call-off cancels. An attempt is never cancelled: a local activity that
 * ends as it is cancelled fails its workflow task, for ever (temporalio/sdk-rust#705).
 */
const retries: WorkflowOutboundCallsInterceptor = {
  startTimer(input, next) {
    const call = current.getStore()
    if (call === undefined) return next(input)
    if (call.isOff) return calledOff()
    const scope = new CancellationScope()
    call.endPause = () => scope.cancel()
    return scope.run(() => next(input))
  },
  scheduleLocalActivity(input, next) {
    if (input.attempt > 1) current.getStore()?.retried(input.attempt)
    return next(input)
  },
}

/**
 * Calls a local activity. `opened` gets the function that lets its running attempt be the last, and rejects its promise with a
 * CancelledFailure where it pauses.
 */
export function callLocally<T>(
  call: () => Promise<T>,
  { opened, retried = () => undefined }: Pick<ActivityRequest, 'opened' | 'retried'>,
): Promise<T> {
  // Registered here, since a bundle can be built without the interceptors of a worker's options.
  const { outbound } = getActivator().interceptors
  if (!outbound.includes(retries)) outbound.push(retries)
  const local: LocalCall = { retried, isOff: false, endPause: () => undefined }
  opened?.(() => {
    local.isOff = true
    local.endPause()
  })
  return local.isOff ? calledOff() : current.run(local, call)
}

function calledOff(): Promise<never> {
  return Promise.reject(new CancelledFailure('the call is called off'))
}
