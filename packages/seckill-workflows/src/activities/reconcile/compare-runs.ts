import type { Client, WorkflowExecutionStatusName } from '@temporalio/client'
import type { Kysely } from 'kysely'
import pLimit from 'p-limit'
import type { Database } from 'seckill-store/mysql'
import { type OpenOwner, openOwners } from 'seckill-store/recovery'
import { runStatus } from '../../client/run-status.js'
import type { Difference } from '../../contract/reconciliation.js'

/** Workflows that Temporal is asked about at the same time. */
const asksAtOnce = 16

/** A run completes when its lanes have ended, or an operator has abandoned them; these were ended otherwise. */
const endedFromOutside: readonly (WorkflowExecutionStatusName | undefined)[] = [
  'TERMINATED',
  'CANCELLED',
  'TIMED_OUT',
  'FAILED',
  undefined,
]

/** Finds runs that are closed, or gone, and own lanes which have not ended. */
export async function compareRuns(
  { db, temporal }: { readonly db: Kysely<Database>; readonly temporal: Client },
  voucherId: number,
): Promise<readonly Difference[]> {
  const owners = await openOwners(db, voucherId)
  const limit = pLimit(asksAtOnce)
  const statuses = await limit.map(owners, ({ owner }) => runStatus(temporal, owner))
  return owners.flatMap((owner, at) => differenceOf(owner, statuses[at]) ?? [])
}

function differenceOf({ owner, lanes }: OpenOwner, status: WorkflowExecutionStatusName | undefined): Difference | null {
  const seen = { harm: 'stuck', subject: owner, evidence: status ?? 'NOT FOUND' } as const
  const detail = `${seen.evidence}, ${lanes} of its lanes have not ended`
  if (endedFromOutside.includes(status)) return { ...seen, kind: 'ended-run', detail }
  return status === 'COMPLETED' ? { ...seen, kind: 'left-lanes', detail } : null
}
