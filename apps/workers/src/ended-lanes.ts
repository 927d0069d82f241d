import type { Client } from '@temporalio/client'
import { runStatus } from 'seckill-workflows/client'
import type { EndedLanes } from './barrier-cleaning.js'
import type { Connections } from './connections.js'

/** A lane with the workflow id of its run. */
interface OwnedLane {
  readonly id: string
  readonly owner: string | null
}

/**
 * Finds the lanes whose purchase is not in process, or whose refund is done, and whose run is closed or past Temporal's retention. A
 * parked lane's run is open: an operator may still have it go on.
 */
export function createEndedLanes(db: Connections['db'], temporal: Client): EndedLanes {
  return async (saga, lanes) => {
    const candidates = saga === 'refund' ? await doneRefunds(db, lanes) : await endedPurchases(db, lanes)
    const ended: string[] = []
    for (const [owner, owned] of Map.groupBy(candidates, (lane) => lane.owner)) {
      if (owner !== null && (await runStatus(temporal, owner)) !== 'RUNNING') ended.push(...owned.map(({ id }) => id))
    }
    return ended
  }
}

function endedPurchases(db: Connections['db'], lanes: readonly string[]): Promise<readonly OwnedLane[]> {
  return db
    .selectFrom('purchases')
    .select(['reservation_id as id', 'owner'])
    .where('reservation_id', 'in', lanes)
    .where('state', '<>', 'PROCESSING')
    .execute()
}

function doneRefunds(db: Connections['db'], lanes: readonly string[]): Promise<readonly OwnedLane[]> {
  return db.selectFrom('refunds').select(['id', 'owner']).where('id', 'in', lanes).where('state', '=', 'DONE').execute()
}
