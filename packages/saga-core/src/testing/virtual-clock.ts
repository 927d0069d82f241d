/** A clock that stands still while anything runs and jumps to the next timer when nothing does. */
export interface VirtualClock {
  /** Milliseconds since the clock was made. */
  now(): number
  /** Resolves when the clock has moved on by that much. */
  sleep(ms: number): Promise<void>
  /** A timer that can be called off, so that the clock does not go there. */
  timer(ms: number): { readonly fired: Promise<void>; readonly cancel: () => void }
  /** Keeps the clock where it is until the answered function is called. */
  hold(): () => void
  /** Resolves when nothing runs, no timer is set and the clock is not held. */
  idle(): Promise<void>
}

interface Timer {
  readonly at: number
  readonly order: number
  readonly fire: () => void
}

/**
 * Makes a virtual clock. A turn of the event loop without progress counts as rest, so code that waits on it must not wait for real
 * input or output.
 *
 * @example
 * const clock = virtualClock()
 * await clock.sleep(86_400_000)
 * expect(clock.now()).toBe(86_400_000)
 */
export function virtualClock(): VirtualClock {
  const timers: Timer[] = []
  let now = 0
  let order = 0
  let pumping = false
  let holds = 0

  function pump(): void {
    if (holds > 0) {
      setImmediate(pump)
      return
    }
    const next = timers.toSorted((one, other) => one.at - other.at || one.order - other.order)[0]
    if (!next) {
      pumping = false
      return
    }
    timers.splice(timers.indexOf(next), 1)
    now = next.at
    next.fire()
    setImmediate(pump)
  }

  function timer(ms: number) {
    const { promise, resolve } = Promise.withResolvers<void>()
    const own: Timer = { at: now + Math.max(0, ms), order: order++, fire: resolve }
    timers.push(own)
    if (!pumping) {
      pumping = true
      setImmediate(pump)
    }
    return {
      fired: promise,
      cancel: () => {
        const at = timers.indexOf(own)
        if (at >= 0) timers.splice(at, 1)
      },
    }
  }

  function hold() {
    let held = true
    holds++
    return () => {
      if (held) holds--
      held = false
    }
  }

  async function idle(): Promise<void> {
    // Work set off by a timer has run by the next turn of the event loop; the second turn finds the timers that it set.
    for (let quiet = 0; quiet < 2; ) {
      await new Promise((resolve) => setImmediate(resolve))
      quiet = timers.length === 0 && holds === 0 ? quiet + 1 : 0
    }
  }

  return { now: () => now, sleep: (ms) => timer(ms).fired, timer, hold, idle }
}
