import type { ActivityAnswer, ActivityRequest, SagaRuntime } from './runtime.js'

/** The runtime as the engine has it: a call's answer is handed over, since in a workflow each promise costs a stack trace. */
export interface TickRuntime extends Omit<SagaRuntime, 'call'> {
  /** Runs an activity to the end of its policy, and goes on with `answered` in a tick of its own. */
  call(request: ActivityRequest, answered: (answer: ActivityAnswer) => void): void
}

/** A runtime whose answers come one at a time. */
export interface Ticks {
  readonly runtime: TickRuntime
  /**
   * Takes the first tick, at once, and answers what `result` makes when the run is over; rejects with the first error thrown over a tick.
   * What comes with the start, a cancel or a message, is there before it is called.
   */
  run<T>(first: () => void, over: Over, result: () => T | Promise<T>): Promise<T>
  /** Does something in a tick of its own, as soon as there is one. */
  next(work: () => void): void
  /** Ends the run with an error: a fault of the engine or of a definition, never of a lane. */
  readonly fault: (error: unknown) => void
  /** True while an activity is called. */
  calling(): boolean
}

/** When a run is over. */
interface Over {
  /** Holds for good once it does: looked at after each tick, which costs nothing. */
  ended(): boolean
  /** True where the run may go on as a new one: looked at when nothing runs any more, while no activity is called. */
  mayStop(): boolean
}

interface Waiter {
  readonly condition: () => boolean
  readonly resolve: () => void
}

/**
 * Gives the engine one answer at a time: the next only when all that follows from the one before has been asked for. While several
 * local activities are under way, a worker delivers their answers as they come, and a replay many of them at once; branches that go on
 * side by side would then ask for their next calls in another order, and the replay would fail, or give one lane's answer to another.
 *
 * The host looks at its conditions when nothing runs any more, so a condition of its own tells that a tick is over. What waits for a
 * condition goes first, then what history has as an event of its own, and answers of local activities last: a replay delivers those
 * together with the messages and timers before them.
 */
export function inTicks(host: SagaRuntime): Ticks {
  const { tellParent } = host
  const waiters: Waiter[] = []
  const events: (() => void)[] = []
  const answers: (() => void)[] = []
  let over: Over | undefined
  let finish = (): void => undefined
  let fault: Ticks['fault'] = () => undefined
  let calls = 0
  let watching = false
  /** Of what was asked of the host: how much has not been delivered yet. */
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

  /** Takes ticks for as long as there is something to take, or to look at. */
  function watch(): void {
    if (watching || isIdle()) return
    watching = true
    // Hosts may look at a condition at once; it is true no sooner than when they look again.
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
      // Where nothing else is under way, nothing can come between.
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

  const inTick = <T>(queue: (() => void)[], work: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => whenDone(queue, work, resolve, reject))

  function call(request: ActivityRequest, answered: (answer: ActivityAnswer) => void): void {
    calls += 1
    const over =
      <T>(settle: (value: T) => void) =>
      (value: T) => {
        calls -= 1
        settle(value)
      }
    whenDone(
      request.taskQueue === undefined ? answers : events,
      host.call(request),
      over(answered),
      over((error: unknown) => fault(error)),
    )
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
        return { answer: inTick(events, answer), cancel }
      },
      ...(tellParent && { tellParent: (parked) => inTick(events, tellParent(parked)) }),
      sleep: (ms) => inTick(events, host.sleep(ms)),
      checkpoint: () => inTick(events, host.checkpoint()),
      until: (condition) => new Promise((resolve) => add(waiters, { condition, resolve })),
    },
  }
}
