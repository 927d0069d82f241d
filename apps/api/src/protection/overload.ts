import { monitorEventLoopDelay } from 'node:perf_hooks'

const resolutionMs = 10
/** Time over which the delay is measured, in milliseconds; half of its turns have to be late. */
const measuredMs = 500

/** Whether this process has more to do than it can. */
export interface Overload {
  isOverloaded(): boolean
  /** The median delay of the event loop in the last half second, in milliseconds. */
  delayMs(): number
  stop(): void
}

/** Measures the delay of the event loop; 0 as the limit finds no overload. It ends when the delay is below half of the limit. */
export function watchOverload(limitMs: number): Overload {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs })
  let delayMs = 0
  let overloaded = false
  histogram.enable()
  const timer = setInterval(() => {
    delayMs = Math.max(0, histogram.percentile(50) / 1e6 - resolutionMs)
    overloaded = limitMs > 0 && delayMs > (overloaded ? limitMs / 2 : limitMs)
    histogram.reset()
  }, measuredMs)
  timer.unref()
  return {
    isOverloaded: () => overloaded,
    delayMs: () => delayMs,
    stop() {
      clearInterval(timer)
      histogram.disable()
    },
  }
}
