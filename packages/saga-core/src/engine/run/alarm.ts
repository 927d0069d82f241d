import type { Lane } from './lane.js'
import type { TickRuntime } from './tick-runtime.js'

/** A run's one timer, and the time it tells. */
export interface Alarm {
  /** Sets the timer to the earliest time that matters to a lane. */
  set(): void
  /**
   * Epoch milliseconds that have certainly passed: the run's start, the latest ring, or the latest deadline that `tell` found passed.
   * Decisions read this time and not the runtime's clock: a replay delivers the answers of several local activities at once, with the time
   * of the last.
   */
  time(): number
  /** Has `heard` called at each ring, and where `tell` finds a deadline passed. */
  onRing(heard: () => void): void
  /**
   * Tells the runtime's clock as the last awaited answer of a local activity is taken, where a replay has the same; `undefined` where
   * others are awaited. Temporal delivers no ring within a workflow task, and sets a timer only at its end.
   */
  tell(now: number | undefined): void
  /** Takes note that a workflow task has ended, so that the server has the timer. */
  sent(): void
  /** Cancels the timers that no lane needs any more, where the run does not go on with local activities. */
  rest(): void
}

interface SetTimer {
  readonly at: number
  readonly cancel: () => void
}

/** The local work after which a timer that the server does not have is set again: its time counts from the end of the workflow task. */
const lateMs = 1_000

/**
 * Makes one timer for a whole run, at the earliest deadline of a lane that can still roll back for it; it is set again after each ring. A
 * timer that no lane needs any more rings without effect, or is cancelled.
 */
export function newAlarm(runtime: TickRuntime, lanes: readonly Lane[]): Alarm {
  const timers = new Set<SetTimer>()
  let passed = runtime.now()
  /** The time up to which deadlines were looked for: a replay may have a later start in `passed`. */
  let looked = runtime.begunAt
  let next: SetTimer | undefined
  /** The time at which `next` was set, where the server does not have it. */
  let unsentSince = Number.POSITIVE_INFINITY
  let known: number | undefined
  let rang = (): void => undefined

  const earliestAfter = (time: number) =>
    lanes
      .map(wakesAt)
      .filter((one) => one > time)
      .reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY)

  function start(at: number): void {
    unsentSince = runtime.now()
    const cancel = runtime.timer(Math.max(1, at - unsentSince), () => {
      timers.delete(timer)
      ring(timer)
    })
    const timer: SetTimer = { at, cancel }
    timers.add(timer)
    next = timer
  }

  function drop(timer: SetTimer): void {
    timer.cancel()
    timers.delete(timer)
    if (timer === next) next = undefined
  }

  function ring(timer: SetTimer): void {
    passed = Math.max(passed, timer.at)
    looked = Math.max(looked, timer.at)
    rang()
    if (next !== timer) return
    next = undefined
    set()
  }

  function look(): void {
    if (known === undefined || earliestAfter(looked) > known || !runtime.isCurrent('on-time')) return
    looked = known
    passed = Math.max(passed, known)
    rang()
    if (next === undefined || next.at > passed) return
    drop(next)
    set()
  }

  function set(): void {
    look()
    const earliest = earliestAfter(passed)
    if (earliest < (next?.at ?? Number.POSITIVE_INFINITY)) start(earliest)
  }

  return {
    set,
    time: () => passed,
    onRing: (heard) => {
      rang = heard
    },
    tell(now) {
      known = now
      if (now === undefined) return
      look()
      if (next === undefined || now - unsentSince < lateMs || !runtime.isCurrent('on-time')) return
      const { at } = next
      drop(next)
      start(at)
    },
    sent() {
      unsentSince = Number.POSITIVE_INFINITY
    },
    rest() {
      known = undefined
      if (timers.size === 0 || runtime.callsLocally() || earliestAfter(passed) < Number.POSITIVE_INFINITY) return
      // A lane that rolls back is about to call its compensations.
      const goesOn =
        lanes.some(({ status }) => status !== 'ended') && lanes.every(({ status }) => status !== 'compensating')
      if (!goesOn || !runtime.isCurrent('on-time')) return
      for (const timer of timers) drop(timer)
    },
  }
}

function wakesAt({ status, wakesAt: timer, deadline, pastPivot, parked }: Lane): number {
  if (status === 'waiting') return timer
  const goesOn = status === 'running' || parked?.phase === 'action'
  return goesOn && !pastPivot ? deadline : Number.POSITIVE_INFINITY
}
