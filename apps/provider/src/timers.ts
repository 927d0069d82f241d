/** Work that is done at a time and never before it, unless the process stops before. */
export interface Timers {
  /** Does the work at a time in milliseconds since the epoch, at the earliest in the next turn of the event loop. */
  at(time: number, work: () => void): void
  /** Forgets all work. */
  stop(): void
}

/** The longest time a timer of Node counts. */
const maxDelayMs = 2 ** 31 - 1

/** Creates timers; `now` is the clock that times are told by. */
export function createTimers(now: () => number): Timers {
  const open = new Set<NodeJS.Timeout>()
  let stopped = false

  function at(time: number, work: () => void): void {
    if (stopped) return
    const delay = Math.max(0, time - now())
    const timer = setTimeout(
      () => {
        open.delete(timer)
        // Node's timers may be a millisecond early.
        if (now() < time) at(time, work)
        else work()
      },
      Math.min(delay, maxDelayMs),
    )
    open.add(timer)
  }

  return {
    at,
    stop() {
      stopped = true
      for (const timer of open) clearTimeout(timer)
      open.clear()
    },
  }
}
