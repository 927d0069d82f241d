import type { Stage } from '../../definition/stages.js'
import { jsonBytes, sizeLimits } from '../../wire/size-limits.js'
import { lookForCallOffs } from './called-off.js'
import type { Lane } from './lane.js'
import type { Run } from './run.js'
import type { SagaRuntime } from './runtime.js'

/** The decision to hold a run's lanes, so that the run comes to rest and continues as new. */
export interface Holding {
  /** Reports whether lanes are held: from the time on at which the history is long, unless the run was too large to be carried then. */
  holds(): boolean
  /** Gives up, because what the run has to carry has grown too large meanwhile; reports whether lanes were held till then. */
  giveUp(): boolean
}

/**
 * Makes the decision for one run. A run with an open child saga is not held: the child's end comes to this run alone, and may be days
 * away. `carry` makes what the run has to carry.
 */
export function newHolding(
  runtime: Pick<SagaRuntime, 'shouldContinue' | 'isCurrent'>,
  run: () => Pick<Run, 'underWay' | 'inTick' | 'callOffs'>,
  carry: () => unknown,
): Holding {
  let state: 'going' | 'holding' | 'tooLarge' = 'going'
  const hasChild = () => [...run().underWay.keys()].some(({ step }) => step.child)
  const fits = () => jsonBytes(carry()) <= sizeLimits.heldBytes
  return {
    holds() {
      if (state === 'going' && runtime.shouldContinue() && !hasChild() && runtime.isCurrent('carry')) {
        state = fits() ? 'holding' : 'tooLarge'
        // Open calls that are being retried may have no end.
        if (state === 'holding') run().inTick(() => lookForCallOffs(run()))
      }
      return state === 'holding'
    },
    giveUp() {
      const wasHolding = state === 'holding'
      state = 'tooLarge'
      return wasHolding
    },
  }
}

/** Keeps lanes from a stage, or in it: the run that continues this one takes them there, and makes the calls that are left. */
export function holdAt(run: Run, { steps: [first] }: Stage, lanes: readonly Lane[]): void {
  for (const lane of lanes) {
    lane.at = first.name
    run.held.add(lane)
  }
}
