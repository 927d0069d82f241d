import type { WaitDefinition } from '../../definition/definition.js'
import type { Shaped } from '../../definition/shaped.js'
import { deadlineOf, viewOf, withinOf } from '../calls/shape.js'
import type { Lane } from '../run/lane.js'
import type { Run } from '../run/run.js'
import type { Waiting } from './waiting.js'

/** The end of a wait: a time, or the milliseconds after which a timer of its own rings. A carried wait has a time. */
export function endOf(
  run: Run,
  wait: WaitDefinition,
  lane: Lane,
): Shaped<{ readonly deadline: number; readonly withinMs?: number }> {
  const isCounted = wait.withinMs !== undefined && lane.waitsUntil === undefined
  const end = isCounted
    ? withinOf(wait, lane)
    : deadlineOf(() => lane.waitsUntil ?? wait.deadline?.(viewOf(lane), run.startedAt))
  if (!end.ok) return end
  return {
    ok: true,
    value: isCounted ? { deadline: Number.POSITIVE_INFINITY, withinMs: end.value } : { deadline: end.value },
  }
}

/** The timers of waits that count from when they begin. */
export interface WaitTimers {
  /** Cancels the timers of which no wait is left. */
  keepFor(left: readonly Waiting[]): void
}

/**
 * Sets a timer for waits that begin together and last as long. History has its begin and its ring; the clock at which a wait begins is no
 * measure, since a replay may have a later one.
 */
export function setWaitTimers(run: Run, waiting: readonly Waiting[]): WaitTimers {
  const counted = waiting.filter(({ withinMs = Number.POSITIVE_INFINITY }) => withinMs < Number.POSITIVE_INFINITY)
  const timers = new Map<readonly Waiting[], () => void>()
  for (const [withinMs = 0, group] of Map.groupBy(counted, (one) => one.withinMs)) {
    for (const { part } of group) part.lane.waitsUntil = run.runtime.now() + withinMs
    const cancel = run.runtime.timer(Math.max(1, withinMs), () => {
      timers.delete(group)
      for (const one of group) one.deadline = run.alarm.time()
    })
    timers.set(group, cancel)
  }
  return {
    keepFor(left) {
      const still = new Set(left)
      for (const [group, cancel] of timers) {
        if (group.some((one) => still.has(one))) continue
        timers.delete(group)
        cancel()
      }
    },
  }
}
