import { type Client, WorkflowNotFoundError } from '@temporalio/client'
import type { EndedLanes } from './barrier-cleaning.js'
import type { Connections } from './connections.js'

/**
 * Finds the lanes whose purchase is not in process and whose run is closed or past Temporal's retention. A parked lane's
 * run is open: an operator may still have its compensations done.
 */
export function createEndedLanes(db: Connections['db'], temporal: Client): EndedLanes {
  return async (lanes) => {
    const purchases = await db
      .selectFrom('purchases')
      .select(['reservation_id as id', 'owner'])
      .where('reservation_id', 'in', lanes)
      .where('state', '<>', 'PROCESSING')
      .execute()
    const ended: string[] = []
    for (const [owner, owned] of Map.groupBy(purchases, (purchase) => purchase.owner)) {
      if (!(await isOpen(temporal, owner))) ended.push(...owned.map(({ id }) => id))
    }
    return ended
  }
}

async function isOpen(temporal: Client, workflowId: string): Promise<boolean> {
  try {
    return (await temporal.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING'
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false
    throw error
  }
}
