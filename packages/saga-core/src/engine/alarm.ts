import type { Lane } from './lane.js'
import type { TickRuntime } from './ticks.js'

/** A run's one timer, and the time it tells. */
export interface Alarm {
  /** Looks at the times that matter to lanes, and sets the timer to the earliest. */
  set(): void
  /**
   * Epoch milliseconds that have passed for certain: the start, or the latest time at which the alarm rang. Decisions are made by this
   * and not by the runtime's clock, which is not the same in a replay while several local activities are under way: a replay delivers
   * the answers of all of them at once, with the time of the last.
   */
  time(): number
}

/**
 * One timer for a whole run, at the earliest deadline of a lane that may still roll back for it; set again when it has rung. A timer
 * that a lane no longer needs rings for nothing.
 */
export function newAlarm(runtime: TickRuntime, lanes: readonly Lane[]): Alarm {
  let passed = runtime.now()
  let next = Number.POSITIVE_INFINITY

  async function ring(at: number): Promise<void> {
    await runtime.sleep(Math.max(1, at - runtime.now()))
    passed = Math.max(passed, at)
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

  return { set, time: () => passed }
}

function wakesAt({ status, wakesAt: waits, deadline, pastPivot, parked }: Lane): number {
  if (status === 'waiting') return waits
  const goesOn = status === 'running' || parked?.phase === 'action'
  return goesOn && !pastPivot ? deadline : Number.POSITIVE_INFINITY
}
