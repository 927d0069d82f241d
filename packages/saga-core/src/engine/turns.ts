import type { ActivityAnswer, ActivityRequest, SagaRuntime } from '../runtime.js'

/** A runtime whose answers come one at a time. */
export interface Turns {
  readonly runtime: SagaRuntime
  /** Does something in a turn of its own. */
  next(work: () => void): void
  /** True while an activity is called. */
  calling(): boolean
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
 * The host looks at its conditions when nothing runs any more, so a condition of its own tells that a turn is over. What waits for a
 * condition goes first, then what history has as an event of its own, and answers of local activities last: a replay delivers those
 * together with the messages and timers before them.
 */
export function inTurns(host: SagaRuntime): Turns {
  const { tellParent } = host
  const waiters: Waiter[] = []
  const events: (() => void)[] = []
  const answers: (() => void)[] = []
  let calls = 0
  /** Of what was asked of the host: how much has not been delivered yet. */
  let open = 0

  const hasTurn = () => events.length > 0 || answers.length > 0 || waiters.some(({ condition }) => condition())

  function take(): void {
    const at = waiters.findIndex(({ condition }) => condition())
    if (at >= 0) waiters.splice(at, 1)[0]?.resolve()
    else (events.shift() ?? answers.shift())?.()
  }

  async function takeTurns(): Promise<never> {
    for (;;) {
      // Hosts may look at a condition at once; it is true no sooner than when they look again.
      let isNew = true
      const turn = host.until(() => !isNew && hasTurn())
      isNew = false
      await turn
      take()
    }
  }

  const inTurn = <T>(queue: (() => void)[], work: Promise<T>, taken: () => void = () => undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      open += 1
      const deliver = (settle: () => void) => {
        // Where nothing else is under way, nothing can come between.
        const alone = open === 1 && !hasTurn()
        const turn = () => {
          open -= 1
          taken()
          settle()
        }
        if (alone) turn()
        else queue.push(turn)
      }
      work.then(
        (value) => deliver(() => resolve(value)),
        (error: unknown) => deliver(() => reject(error)),
      )
    })

  function call(request: ActivityRequest): Promise<ActivityAnswer> {
    calls += 1
    return inTurn(request.taskQueue === undefined ? answers : events, host.call(request), () => {
      calls -= 1
    })
  }

  void takeTurns()
  return {
    next: (work) => events.push(work),
    calling: () => calls > 0,
    runtime: {
      ...host,
      call,
      child(request) {
        const { answer, cancel } = host.child(request)
        return { answer: inTurn(events, answer), cancel }
      },
      ...(tellParent && { tellParent: (parked) => inTurn(events, tellParent(parked)) }),
      sleep: (ms) => inTurn(events, host.sleep(ms)),
      boundary: () => inTurn(events, host.boundary()),
      until: (condition) => new Promise((resolve) => waiters.push({ condition, resolve })),
    },
  }
}
