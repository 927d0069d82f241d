import type { SagaState } from '../../engine/state/saga-state.js'
import type { Stage } from './stage.js'

/** A message may bring no decision, and come again. */
const mostMessages = 3
/** A lane may park once for each of its faults; one that parks oftener stays parked. */
const mostLifts = 4

/** Lets a run go on until it has ended, or nobody has anything to say to it; answers its state at each time it parked. */
export async function goOn<TState>(stage: Stage<TState>): Promise<readonly SagaState[]> {
  const parked: SagaState[] = []
  await stage.clock.idle()
  for (let messages = 0; !stage.isBrokenOff && !stage.execution.ended(); ) {
    const state = stage.state()
    if (stage.isWaiting() && messages++ < mostMessages) await stage.message(messages > 1)
    else if (state.counts.parked && parked.length < mostLifts) {
      parked.push(state)
      stage.trace.note('workflow', 'is parked')
      await stage.lift()
    } else break
  }
  return parked
}
