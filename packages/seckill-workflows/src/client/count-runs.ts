import type { Client } from '@temporalio/client'
import type { RunCount } from 'seckill-store/invariants'
import { purchaseRunPrefix, purchaseWorkflow } from '../contract/names.js'
import { readRunLanes, type StartedRun } from './run-input.js'

/** Histories asked for at the same time. */
const concurrency = 16

/**
 * Counts a voucher's purchase runs and the lanes they were started with, each read from the run's own history, so that the count
 * owes nothing to the gate, the database or a memo. Temporal's list is eventually consistent: a run started a moment ago may be
 * missing, and one just closed may be shown as open; ask until two answers agree.
 *
 * @throws ServiceError when Temporal cannot be reached or a run's history is gone (past its retention).
 */
export async function countRuns(client: Client, voucherId: number): Promise<RunCount> {
  const runs = await listRuns(client, voucherId)
  const reservationIds: string[] = []
  const waiting = [...runs.values()]
  const readOn = async () => {
    for (let run = waiting.pop(); run !== undefined; run = waiting.pop()) {
      for (const lane of await readRunLanes(client, run)) reservationIds.push(lane.reservationId)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, readOn))
  const openRuns = [...runs.values()].filter((run) => run.open).map((run) => run.workflowId)
  return { workflows: runs.size, openRuns, lanes: reservationIds.length, reservationIds }
}

interface ListedRun extends StartedRun {
  readonly open: boolean
}

/** By workflow id: its first execution, whose input holds all lanes the run was given. */
async function listRuns(client: Client, voucherId: number): Promise<ReadonlyMap<string, ListedRun>> {
  const query = `WorkflowType = '${purchaseWorkflow}' AND WorkflowId STARTS_WITH '${purchaseRunPrefix(voucherId)}'`
  const runs = new Map<string, ListedRun & { readonly startedAt: number }>()
  for await (const { workflowId, runId, startTime, status } of client.workflow.list({ query })) {
    const seen = runs.get(workflowId)
    const startedAt = startTime.getTime()
    const first = seen === undefined || startedAt < seen.startedAt ? { runId, startedAt } : seen
    const open = status.name === 'RUNNING' || seen?.open === true
    runs.set(workflowId, { workflowId, runId: first.runId, startedAt: first.startedAt, open })
  }
  return runs
}
