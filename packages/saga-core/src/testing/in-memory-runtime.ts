import { ApplicationFailure } from '@temporalio/common'
import { runAsAttempt } from '../activity/attempt.js'
import { agedPauseMs } from '../engine/run/pauses.js'
import type { ActivityAnswer, ActivityRequest, ChildCall, ChildRequest, SagaRuntime } from '../engine/run/runtime.js'
import { answerOfFailure, type FailureFacts, messageOf, unansweredCall } from '../wire/failure.js'
import { type VirtualClock, virtualClock } from './virtual-clock.js'

/** An activity as the worker would register it. */
// biome-ignore lint/suspicious/noExplicitAny: activities have arguments of any type, as in Worker.create
export type AnyActivity = (...args: any[]) => Promise<unknown>

/** The activities, clock and children of an in-memory runtime. */
export interface InMemoryOptions {
  readonly activities: { readonly [name: string]: AnyActivity }
  readonly workflowId?: string
  readonly clock?: VirtualClock
  /** Wraps every attempt; `proceed` runs the activity each time it is called. */
  readonly intercept?: (attempt: Attempt, proceed: () => Promise<unknown>) => Promise<unknown>
  /** Runs a child saga; {@link runInMemory} makes it from definitions. Default: no child can be started. */
  readonly child?: SagaRuntime['child']
  /** Tells the parent saga that this run has parked, or (`null`) goes on. */
  readonly tellParent?: SagaRuntime['tellParent']
}

/** One attempt of a call. */
export interface Attempt {
  readonly request: ActivityRequest
  /** The number of the attempt, from 1. */
  readonly number: number
}

/** A runtime without a server: the same definition and activities, on a virtual clock. */
export interface InMemoryRuntime extends SagaRuntime {
  readonly clock: VirtualClock
  /** Requests the run's cancellation. */
  cancel(): void
  /** Checks every waiting condition once everything that can go on has done so. */
  wake(): void
  /** Resolves when everything that can go on has done so. */
  atRest(): Promise<void>
  /** Runs `change` and then checks every waiting condition, as a signal to a workflow does. */
  message<T>(change: () => T): T
  /** Ends the run's worker: no attempt starts any more, and no call is answered. Attempts that run go on. */
  abandon(): void
  /** Reports whether the run's worker has died. */
  isAbandoned(): boolean
  /** The run's current details, as Markdown. */
  details(): string
}

interface Waiter {
  readonly condition: () => boolean
  readonly resolve: () => void
}

/**
 * Makes an in-memory runtime. Arguments and results are JSON, as they are on a server. An attempt that takes longer than its step allows
 * times out and goes on beside its retry, as an activity on a real worker does; one that waits for real input or output does so at once,
 * for the clock does not wait for it.
 *
 * @example
 * const runtime = inMemoryRuntime({ activities })
 * await runtime.sleep(1_000)
 * expect(runtime.now()).toBe(1_000)
 */
export function inMemoryRuntime({
  activities,
  workflowId = 'in-memory',
  clock = virtualClock(),
  intercept = (_, proceed) => proceed(),
  child = noChild,
  tellParent,
}: InMemoryOptions): InMemoryRuntime {
  const waiters: Waiter[] = []
  const notes = new Set<string>()
  const onCancel: (() => void)[] = []
  let cancelled = false
  let details = ''
  let waking = false
  let abandoned = false
  const calls: Calls = { activities, clock, intercept, abandoned: () => abandoned }

  function wake(): void {
    if (abandoned) return
    const woken = waiters.filter((waiter) => waiter.condition())
    for (const waiter of woken) {
      waiters.splice(waiters.indexOf(waiter), 1)
      waiter.resolve()
    }
    // A waiter that goes on may change the condition of another.
    if (woken.length > 0) wakeSoon()
  }

  /** Checks the waiting conditions once everything that can go on has done so. */
  function wakeSoon(): void {
    if (waking) return
    waking = true
    const release = clock.hold()
    setImmediate(() => {
      waking = false
      wake()
      setImmediate(release)
    })
  }

  return {
    workflowId,
    clock,
    begunAt: clock.now(),
    now: clock.now,
    call(request) {
      const retried = (attempt: number) => {
        request.retried?.(attempt)
        wakeSoon()
      }
      return callWithRetries(calls, { ...request, args: asJson(request.args), retried }).finally(wakeSoon)
    },
    wake: wakeSoon,
    async atRest() {
      do await new Promise((resolve) => setImmediate(resolve))
      while (waking)
    },
    cancelRequested: () => cancelled,
    whenCancelled: (heard) => {
      onCancel.push(heard)
    },
    isCurrent: () => true,
    notes: {
      all: () => notes,
      has: (text) => notes.has(text),
      add: (text) => notes.add(text).has(text),
    },
    warn: () => undefined,
    until(condition) {
      const { promise, resolve } = Promise.withResolvers<void>()
      waiters.push({ condition, resolve })
      wakeSoon()
      return promise
    },
    child(request) {
      const heard: ChildRequest['heard'] = (parked) => {
        if (abandoned) return
        request.heard(parked)
        wakeSoon()
      }
      const { answer, cancel } = child({ ...structuredClone({ ...request, heard: undefined }), heard })
      return { answer: answer.then((value) => (abandoned ? never : value)).finally(wakeSoon), cancel }
    },
    ...(tellParent && { tellParent: (parked) => tellParent(parked).finally(wakeSoon) }),
    async sleep(ms) {
      await clock.sleep(ms)
      if (abandoned) await never
      wakeSoon()
    },
    timer(ms) {
      const { fired, cancel } = clock.timer(ms)
      const cancelled = Promise.withResolvers<void>()
      return {
        over: Promise.race([fired, cancelled.promise]).then(() => (abandoned ? never : wakeSoon())),
        cancel: () => {
          cancel()
          cancelled.resolve()
        },
      }
    },
    shouldContinue: () => false,
    version: (_, newest) => newest,
    async checkpoint() {
      await clock.sleep(1)
      if (abandoned) await never
      wakeSoon()
    },
    showDetails: (markdown) => {
      details = markdown()
    },
    cancel: () => {
      cancelled = true
      for (const heard of onCancel.splice(0)) heard()
      wake()
    },
    message: (change) => {
      const value = change()
      wakeSoon()
      return value
    },
    isAbandoned: () => abandoned,
    abandon: () => {
      abandoned = true
    },
    details: () => details,
  }
}

type Calls = Required<Pick<InMemoryOptions, 'activities' | 'clock' | 'intercept'>> & {
  readonly abandoned: () => boolean
}

const never = new Promise<never>(() => undefined)

/** Attempts after which a call without a limit ends its run: it would never succeed. */
const mostAttempts = 100_000

/** A value as it arrives from a server. @throws TypeError when it is not JSON. */
function asJson<T>(value: T): T {
  return value === undefined ? value : JSON.parse(JSON.stringify(value))
}

async function callWithRetries(calls: Calls, request: ActivityRequest): Promise<ActivityAnswer> {
  const { retry } = request.policy
  const since = request.since ?? calls.clock.now()
  const cut = Promise.withResolvers<void>()
  let isOff = false
  let isHeld = false
  request.opened?.({
    callOff() {
      isOff = true
      cut.resolve()
    },
    hold() {
      isHeld = true
      cut.resolve()
    },
  })
  // No activity begins within the workflow task that schedules it.
  await undefined
  let last: FailureFacts | undefined
  for (let attempt = 1, pause = retry.initialMs; ; attempt++) {
    if (calls.abandoned()) return never
    if (isOff) return last ? answerOfFailure(last) : unansweredCall
    if (isHeld && last) return { ...answerOfFailure(last), isHeld }
    if (attempt > 1) request.retried?.(attempt)
    const failure = await attemptOnce(calls, request, attempt)
    if (calls.abandoned()) return never
    if ('value' in failure) return { answer: { status: 'done', value: failure.value }, blamesData: false }
    last = failure
    if (!failure.final && attempt === retry.attempts) return answerOfFailure({ ...failure, attempts: attempt })
    if (isOff || failure.final) return answerOfFailure(failure)
    if (isHeld) return { ...answerOfFailure(failure), isHeld }
    if (attempt === mostAttempts) {
      const { activity } = request
      throw new Error(
        `activity "${activity}" has no limit to its attempts and failed ${attempt} times: ${failure.message}`,
      )
    }
    const isAging = retry.attempts === 0 && request.taskQueue === undefined
    const timer = calls.clock.timer(isAging ? agedPauseMs(pause, calls.clock.now() - since) : pause)
    await Promise.race([timer.fired, cut.promise]).finally(timer.cancel)
    pause = Math.min(pause * retry.factor, retry.maximumMs)
  }
}

type Attempted = { readonly value: unknown } | (FailureFacts & { readonly final: boolean })

async function attemptOnce(calls: Calls, request: ActivityRequest, number: number): Promise<Attempted> {
  const activity = calls.activities[request.activity]
  if (!activity) return notRegistered(request)
  const { startToCloseMs } = request.policy
  const proceed = async () => activity(...request.args)
  const run = runAsAttempt(number, () => calls.intercept({ request, number }, proceed).then(asJson)).then(
    (value): Attempted => ({ value }),
    (error: unknown): Attempted => factsOf(error),
  )
  const limit = calls.clock.timer(startToCloseMs)
  const late: Attempted = {
    type: 'SAGA_TIMEOUT',
    message: `no answer in ${startToCloseMs} ms of the virtual clock`,
    final: false,
  }
  const answered = run.finally(limit.cancel)
  return Promise.race([answered, limit.fired.then(() => late)])
}

function factsOf(error: unknown): Attempted {
  if (error instanceof ApplicationFailure) {
    const { type, details, nonRetryable } = error
    return {
      type: type ?? undefined,
      message: messageOf(error),
      details: details ?? undefined,
      final: nonRetryable ?? false,
    }
  }
  // The SDK turns it into an ApplicationFailure whose type is its name.
  if (error instanceof Error) return { type: error.name, message: messageOf(error), final: false }
  return { message: String(error), final: false }
}

/** The call of a child whose saga is not given; its answer is unknown. */
export function noChild({ workflow }: ChildRequest): ChildCall {
  return {
    answer: Promise.resolve({
      status: 'unknown',
      code: 'SAGA_NO_CHILDREN',
      message: `no saga is given for workflow "${workflow}": name it in "children"`,
    }),
    cancel: () => undefined,
  }
}

function notRegistered({ activity }: ActivityRequest): Attempted {
  return {
    type: 'NotFoundError',
    message: `activity "${activity}" is not registered`,
    final: false,
  }
}
