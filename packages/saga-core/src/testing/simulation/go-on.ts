import type { SagaState } from '../../engine/state/saga-state.js'
import type { Simulation } from './simulation.js'

/** The most times that messages are sent: the first may come before its decision. */
const mostMessages = 3
/** The most times that a parked run is retried: a lane parks once for each of its faults. */
const mostLifts = 4

/** Lets a run go on until it has ended, or neither a message nor a retry helps it; answers its state at each time it parked. */
export async function goOn<TState>(simulation: Simulation<TState>): Promise<readonly SagaState[]> {
  const parked: SagaState[] = []
  await simulation.clock.idle()
  for (let messages = 0; !simulation.isBrokenOff && !simulation.execution.ended(); ) {
    const state = simulation.state()
    if (simulation.isWaiting() && messages++ < mostMessages) await simulation.message(messages > 1)
    else if (state.counts.parked && parked.length < mostLifts) {
      parked.push(state)
      simulation.trace.note('workflow', 'is parked')
      await simulation.lift()
    } else break
  }
  return parked
}
