import {
  AsyncLocalStorage,
  CancellationScope,
  CancelledFailure,
  type WorkflowOutboundCallsInterceptor,
} from '@temporalio/workflow'
import { getActivator } from '@temporalio/workflow/lib/global-attributes.js'
import { agedPauseMs } from '../engine/run/pauses.js'
import type { ActivityRequest } from '../engine/run/runtime.js'

/** A call that has not been answered. */
export interface OpenCall {
  /** `true` once the call has been held, so that its policy is not spent when it fails. */
  isHeld: boolean
}

/** A local activity with its retries: the SDK makes a longer pause between two attempts as a timer of the workflow. */
interface LocalCall {
  readonly request: ActivityRequest
  /** Epoch milliseconds. */
  readonly since: number
  readonly open: OpenCall
  isOff: boolean
  /** `true` once the attempt under way, or the next one, is to be the last. */
  isEnding: boolean
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
    if (call.isEnding) return Promise.resolve()
    const scope = new CancellationScope()
    call.endPause = () => scope.cancel()
    const durationMs = pauseOf(call, input.durationMs)
    return scope
      .run(() => next({ ...input, durationMs }))
      .catch((error) => {
        if (call.isOff || !call.isEnding) throw error
      })
  },
  scheduleLocalActivity(input, next) {
    const call = current.getStore()
    if (call === undefined) return next(input)
    const { attempt, options } = input
    const { retried, policy } = call.request
    if (attempt > 1) retried?.(attempt)
    if (!call.isEnding || attempt === policy.retry.attempts) return next(input)
    // The SDK tells the failure of a call that it does not retry, and of no other.
    call.open.isHeld = true
    return next({ ...input, options: { ...options, retry: { ...options.retry, maximumAttempts: attempt } } })
  },
}

function pauseOf({ request: { policy }, since }: LocalCall, pauseMs: number): number {
  return policy.retry.attempts === 0 ? agedPauseMs(pauseMs, Date.now() - since) : pauseMs
}

/**
 * Calls a local activity. A call-off lets its running attempt be the last, and rejects its promise with a CancelledFailure where it pauses;
 * a hold ends its pause, and lets the next attempt be the last.
 */
export function callLocally<T>(call: () => Promise<T>, request: ActivityRequest, open: OpenCall): Promise<T> {
  // Registered here, since a bundle can be built without the interceptors of a worker's options.
  const { outbound } = getActivator().interceptors
  if (!outbound.includes(retries)) outbound.push(retries)
  const { since = Date.now() } = request
  const local: LocalCall = { request, since, open, isOff: false, isEnding: false, endPause: () => undefined }
  request.opened?.({
    callOff() {
      local.isOff = true
      local.endPause()
    },
    hold() {
      local.isEnding = true
      local.endPause()
    },
  })
  return local.isOff ? calledOff() : current.run(local, call)
}

function calledOff(): Promise<never> {
  return Promise.reject(new CancelledFailure('the call is called off'))
}
