import type { SagaRuntime } from '../runtime.js'
import type { Lane } from './lane.js'

/**
 * One timer for a whole run, at the earliest time at which a waiting lane wants to be looked at; set again when it has rung. A timer
 * that a lane no longer needs rings for nothing.
 */
export function newAlarm(runtime: SagaRuntime, lanes: readonly Lane[]): () => void {
  let set = Number.POSITIVE_INFINITY

  async function ring(time: number): Promise<void> {
    await runtime.sleep(Math.max(1, time - runtime.now()))
    if (set !== time) return
    set = Number.POSITIVE_INFINITY
    setAlarm()
  }

  function setAlarm(): void {
    let earliest = Number.POSITIVE_INFINITY
    const now = runtime.now()
    for (const lane of lanes) {
      if (lane.status === 'waiting' && lane.wakesAt > now && lane.wakesAt < earliest) earliest = lane.wakesAt
    }
    if (earliest >= set) return
    set = earliest
    void ring(earliest)
  }

  return setAlarm
}
