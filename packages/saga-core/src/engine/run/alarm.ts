import type { Lane } from './lane.js'
import type { TickRuntime } from './ticks.js'

/** A run's one timer, and the time it tells. */
export interface Alarm {
  /** Sets the timer to the earliest time that matters to a lane. */
  set(): void
  /**
   * Epoch milliseconds that have certainly passed: the run's start, or the latest ring. Decisions read this time and not the runtime's
   * clock: a replay delivers the answers of several local activities at once, with the time of the last.
   */
  time(): number
  /** Has `heard` called at each ring. */
  onRing(heard: () => void): void
}

/**
 * Makes one timer for a whole run, at the earliest deadline of a lane that can still roll back for it; it is set again after each ring. A
 * timer that no lane needs any more rings without effect.
 */
export function newAlarm(runtime: TickRuntime, lanes: readonly Lane[]): Alarm {
  let passed = runtime.now()
  let next = Number.POSITIVE_INFINITY
  let rang = (): void => undefined

  async function ring(at: number): Promise<void> {
    await runtime.sleep(Math.max(1, at - runtime.now()))
    passed = Math.max(passed, at)
    rang()
    if (next !== at) return
    next = Number.POSITIVE_INFINITY
    set()
  }

  function set(): void {
    const times = lanes.map(wakesAt).filter((time) => time > passed)
    const earliest = times.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY)
    if (earliest >= next) return
    next = earliest
    void ring(earliest)
  }

  return {
    set,
    time: () => passed,
    onRing: (heard) => {
      rang = heard
    },
  }
}

function wakesAt({ status, wakesAt: timer, deadline, pastPivot, parked }: Lane): number {
  if (status === 'waiting') return timer
  const goesOn = status === 'running' || parked?.phase === 'action'
  return goesOn && !pastPivot ? deadline : Number.POSITIVE_INFINITY
}
