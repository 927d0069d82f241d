import type { SagaState } from '../../engine/state/saga-state.js'
import type { Simulation } from './simulation.js'

/** A message may bring no decision, and come again. */
const mostMessages = 3
/** A lane may park once for each of its faults; one that parks oftener stays parked. */
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
