import type { Alarm } from './alarm.js'
import type { ActivityAnswer, ActivityRequest, SagaRuntime } from './runtime.js'
import { newTaskBound } from './task-bound.js'
import type { Over, Ticks } from './tick-runtime.js'

interface Waiter {
  readonly condition: () => boolean
  readonly resolve: () => void
}

/**
 * Delivers answers to the engine one at a time: the next answer comes when the engine has made every call that follows from the one before.
 * Without ticks, branches that run side by side would make their calls in another order in a replay: a worker delivers the answers of
 * several local activities as they come, a replay delivers many of them at once. The replay would fail, or give one lane another lane's answer.
 *
 * The host checks its conditions when nothing runs any more, so a condition of the ticks' own tells that a tick is over. Waiters whose
 * condition holds go first, then answers that have a history event of their own, then answers of local activities: a replay delivers those
 * together with the messages and timers before them.
 */
export function inTicks(host: SagaRuntime, alarm?: () => Pick<Alarm, 'tell' | 'rest' | 'sent'>): Ticks {
  const { tellParent } = host
  const waiters: Waiter[] = []
  const events: (() => void)[] = []
  const answers: (() => void)[] = []
  let over: Over | undefined
  let finish = (): void => undefined
  let fault: Ticks['fault'] = () => undefined
  let calls = 0
  let localCalls = 0
  let watching = false
  /** The number of host promises whose result has not been delivered. */
  let open = 0

  const isOver = () => over !== undefined && (over.ended() || over.mayStop())
  const hasTick = () =>
    isOver() || events.length > 0 || answers.length > 0 || waiters.some(({ condition }) => condition())

  function stop(): void {
    over = undefined
    finish()
  }

  function take(): void {
    const at = waiters.findIndex(({ condition }) => condition())
    if (isOver()) stop()
    else if (at >= 0) waiters.splice(at, 1)[0]?.resolve()
    else (events.shift() ?? answers.shift())?.()
  }

  function tick(work: () => void): void {
    try {
      work()
      if (over?.ended()) stop()
    } catch (error) {
      fault(error)
    }
    watch()
  }

  const isIdle = () => waiters.length + events.length + answers.length === 0 && (over === undefined || calls > 0)

  /** Has the host check for the next tick, while there is something to deliver or to check. */
  function watch(): void {
    if (watching || isIdle()) return
    watching = true
    // A host may check a new condition at once; the condition holds only from the host's next check on.
    let isNew = true
    const looked = host.until(() => !isNew && hasTick())
    isNew = false
    looked.then(
      () => {
        watching = false
        tick(take)
      },
      (error: unknown) => fault(error),
    )
  }

  function add<T>(list: T[], item: T): void {
    list.push(item)
    watch()
  }

  function whenDone<T>(
    queue: (() => void)[],
    work: PromiseLike<T>,
    done: (value: T) => void,
    failed: (error: unknown) => void,
  ): void {
    open += 1
    const deliver = (settle: () => void) => {
      // With no other host promise open, no answer can come between.
      const alone = open === 1 && !hasTick()
      const settled = () => {
        open -= 1
        settle()
      }
      if (alone) tick(settled)
      else add(queue, settled)
    }
    work.then(
      (value) => deliver(() => done(value)),
      (error: unknown) => deliver(() => failed(error)),
    )
  }

  /** Takes what has a history event of its own, and so comes with a new workflow task. */
  const ofEvent =
    <T>(done: (value: T) => void) =>
    (value: T): void => {
      alarm?.().sent()
      done(value)
    }

  const inTick = <T>(work: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => whenDone(events, work, ofEvent(resolve), reject))

  const checkpoint = () => inTick(host.checkpoint())
  const bound = newTaskBound({ isCurrent: host.isCurrent, checkpoint })

  function call(request: ActivityRequest, answered: (answer: ActivityAnswer) => void): void {
    calls += 1
    const isLocal = request.taskQueue === undefined
    const over =
      <T>(settle: (value: T) => void) =>
      (value: T) => {
        calls -= 1
        settle(value)
      }
    const taken = (answer: ActivityAnswer) => {
      localCalls -= 1
      bound.count(answer)
      alarm?.().tell(localCalls === 0 ? host.now() : undefined)
      answered(answer)
      alarm?.().rest()
    }
    const make = () =>
      whenDone(
        isLocal ? answers : events,
        host.call(request),
        over(isLocal ? taken : ofEvent(answered)),
        over((error: unknown) => fault(error)),
      )
    if (!isLocal) make()
    else {
      localCalls += 1
      bound.begin(make)
    }
  }

  function timer(ms: number, rang: () => void): () => void {
    const { over, cancel } = host.timer(ms)
    let ring = ofEvent(rang)
    whenDone(
      events,
      over,
      () => ring(undefined),
      (error: unknown) => fault(error),
    )
    return () => {
      ring = () => undefined
      cancel()
    }
  }

  return {
    run: (first, when, result) =>
      new Promise((resolve, reject) => {
        over = when
        finish = () => resolve(result())
        fault = reject
        tick(first)
      }),
    fault: (error) => fault(error),
    next: (work) => add(events, work),
    calling: () => calls > 0,
    runtime: {
      ...host,
      call,
      child(request) {
        const { answer, cancel } = host.child(request)
        return { answer: inTick(answer), cancel }
      },
      ...(tellParent && { tellParent: (parked) => inTick(tellParent(parked)) }),
      sleep: (ms) => inTick(host.sleep(ms)),
      timer,
      callsLocally: () => localCalls > 0,
      checkpoint,
      until: (condition) => new Promise((resolve) => add(waiters, { condition, resolve })),
    },
  }
}
