import type { WorkflowHandle } from '@temporalio/client'
import { sagaStateQuery } from 'saga-core/workflow'

/** The state of a run once some of its lanes are parked and no other is on its way. */
export async function untilParked(handle: Pick<WorkflowHandle, 'query'>) {
  for (;;) {
    const state = await handle.query(sagaStateQuery)
    const { parked = 0, running = 0, compensating = 0 } = state.counts
    if (parked > 0 && running + compensating === 0) return state
  }
}
