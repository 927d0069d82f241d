import { ApplicationFailure } from '@temporalio/common'
import { runAsAttempt } from '../activity/attempt.js'
import { answerOfFailure, type FailureFacts } from '../failure.js'
import type { ActivityAnswer, ActivityRequest, SagaRuntime } from '../runtime.js'
import { type VirtualClock, virtualClock } from './virtual-clock.js'

/** An activity as the worker would register it. */
// biome-ignore lint/suspicious/noExplicitAny: activities have arguments of any type, as in Worker.create
export type AnyActivity = (...args: any[]) => Promise<unknown>

/** What an in-memory runtime is made of. */
export interface InMemoryOptions {
  readonly activities: { readonly [name: string]: AnyActivity }
  readonly workflowId?: string
  readonly clock?: VirtualClock
}

/** A runtime without a server: the same definition and activities, on a virtual clock. */
export interface InMemoryRuntime extends SagaRuntime {
  readonly clock: VirtualClock
  /** Asks for the run to be cancelled. */
  cancel(): void
  /** Runs `change` and then looks at every waiting condition, as a message to a workflow does. */
  message<T>(change: () => T): T
  /** What the run shows. */
  details(): string
}

interface Waiter {
  readonly condition: () => boolean
  readonly resolve: () => void
}

/**
 * Makes an in-memory runtime. An attempt that takes longer than its step allows times out and goes on beside its retry, as an
 * activity on a real worker does.
 *
 * @example
 * const runtime = inMemoryRuntime({ activities })
 * const report = await createBatch(tripSaga, trips, runtime).run()
 */
export function inMemoryRuntime({
  activities,
  workflowId = 'in-memory',
  clock = virtualClock(),
}: InMemoryOptions): InMemoryRuntime {
  const waiters: Waiter[] = []
  let cancelled = false
  let details = ''
  let waking = false

  function wake(): void {
    for (const waiter of [...waiters]) {
      if (!waiter.condition()) continue
      waiters.splice(waiters.indexOf(waiter), 1)
      waiter.resolve()
    }
  }

  /** What waits looks again once everything that can go on has done so. */
  function wakeSoon(): void {
    if (waking) return
    waking = true
    setImmediate(() => {
      waking = false
      wake()
    })
  }

  return {
    workflowId,
    clock,
    now: clock.now,
    call: (request) => callWithRetries(activities, clock, structuredClone(request)).finally(wakeSoon),
    cancelRequested: () => cancelled,
    until(condition) {
      const { promise, resolve } = Promise.withResolvers<void>()
      waiters.push({ condition, resolve })
      wakeSoon()
      return promise
    },
    child: async ({ workflow }) => ({
      status: 'unknown',
      code: 'SAGA_NO_CHILDREN',
      message: `the in-memory runtime cannot start workflow "${workflow}"`,
    }),
    async sleep(ms) {
      await clock.sleep(ms)
      wakeSoon()
    },
    boundary: async () => undefined,
    shouldContinue: () => false,
    version: (_, newest) => newest,
    showDetails: (markdown) => {
      details = markdown()
    },
    cancel: () => {
      cancelled = true
      wake()
    },
    message: (change) => {
      const value = change()
      wakeSoon()
      return value
    },
    details: () => details,
  }
}

async function callWithRetries(
  activities: InMemoryOptions['activities'],
  clock: VirtualClock,
  request: ActivityRequest,
): Promise<ActivityAnswer> {
  const { retry, startToCloseMs } = request.policy
  const activity = activities[request.activity]
  for (let attempt = 1, pause = retry.initialMs; ; attempt++) {
    const failure = activity
      ? await attemptOnce(activity, clock, request, attempt, startToCloseMs)
      : notRegistered(request)
    if ('value' in failure) return { answer: { status: 'done', value: failure.value }, blamesData: false }
    if (failure.final || attempt === retry.attempts) return answerOfFailure(failure)
    await clock.sleep(pause)
    pause = Math.min(pause * retry.factor, retry.maximumMs)
  }
}

type Attempted = { readonly value: unknown } | (FailureFacts & { readonly final: boolean })

async function attemptOnce(
  activity: AnyActivity,
  clock: VirtualClock,
  { args }: ActivityRequest,
  attempt: number,
  limitMs: number,
): Promise<Attempted> {
  const run = runAsAttempt(attempt, async () => activity(...args)).then(
    (value): Attempted => ({ value: structuredClone(value) }),
    (error: unknown): Attempted => factsOf(error),
  )
  const limit = clock.timer(limitMs)
  const late: Attempted = { type: 'SAGA_TIMEOUT', message: `no answer in ${limitMs} ms`, final: false }
  const answered = run.finally(limit.cancel)
  return Promise.race([answered, limit.fired.then(() => late)])
}

function factsOf(error: unknown): Attempted {
  if (error instanceof ApplicationFailure) {
    const { type, message, details, nonRetryable } = error
    return { type: type ?? undefined, message, details: details ?? undefined, final: nonRetryable ?? false }
  }
  return { message: error instanceof Error ? error.message : String(error), final: false }
}

const notRegistered = ({ activity }: ActivityRequest): Attempted => ({
  type: 'NotFoundError',
  message: `activity "${activity}" is not registered`,
  final: false,
})
