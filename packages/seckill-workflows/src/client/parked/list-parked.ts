import { SagaError } from 'saga-core'
import type { FailedRun, SagaClient } from 'saga-core/client'
import { purchaseWorkflow, refundWorkflow } from '../../contract/names.js'

/** The workflow type of the runs whose lanes can be parked. */
export type SaleWorkflow = typeof purchaseWorkflow | typeof refundWorkflow

/** A parked lane of a purchase run or a refund run. */
export interface ParkedLane {
  readonly workflowId: string
  /** The key of the lane: the trace id of its purchase, or the id of its refund. */
  readonly lane: string
  readonly step: string
  readonly phase: 'action' | 'compensation'
  /** Epoch milliseconds; `null` when the run does not tell. */
  readonly since: number | null
  readonly code: string
  readonly message: string
}

/** The parked lanes of runs. */
export interface ParkedLanes {
  readonly lanes: readonly ParkedLane[]
  /** The number of further parked lanes by workflow id: a run lists 50. */
  readonly unlisted: Readonly<Record<string, number>>
  /** Runs that did not answer the query. */
  readonly silent: readonly FailedRun[]
}

/** Lists the parked lanes of all open purchase and refund runs, or of those of one workflow; each run is queried, which takes a worker. */
export async function listParked(
  sagas: SagaClient,
  workflows: readonly SaleWorkflow[] = [purchaseWorkflow, refundWorkflow],
): Promise<ParkedLanes> {
  const found = await Promise.all(workflows.map((workflow) => listParkedOf(sagas, workflow)))
  return {
    lanes: found.flatMap(({ lanes }) => lanes),
    unlisted: Object.assign({}, ...found.map(({ unlisted }) => unlisted)),
    silent: found.flatMap(({ silent }) => silent),
  }
}

async function listParkedOf(sagas: SagaClient, workflow: SaleWorkflow): Promise<ParkedLanes> {
  const lanes: ParkedLane[] = []
  const unlisted: Record<string, number> = {}
  const silent: FailedRun[] = []
  for await (const { workflowId, silent: error } of sagas.each({ state: 'parked', workflow })) {
    const answer = error === undefined ? await readParked(sagas, workflowId) : { workflowId, message: error }
    if ('message' in answer) {
      silent.push(answer)
      continue
    }
    lanes.push(...answer.lanes)
    if (answer.unlisted > 0) unlisted[workflowId] = answer.unlisted
  }
  return { lanes, unlisted, silent }
}

/** The number of parked lanes, unlisted ones included. */
export function countParked({ lanes, unlisted }: ParkedLanes): number {
  return Object.values(unlisted).reduce((sum, count) => sum + count, lanes.length)
}

interface ParkedInRun {
  readonly lanes: readonly ParkedLane[]
  /** Parked lanes beyond those. */
  readonly unlisted: number
}

async function readParked(sagas: SagaClient, workflowId: string): Promise<ParkedInRun | FailedRun> {
  try {
    const { counts, notable } = await sagas.run(workflowId).state()
    const lanes = notable.flatMap(({ key, status, parked, since = null }): readonly ParkedLane[] => {
      if (status !== 'parked' || parked === undefined) return []
      const { step, phase, code, message } = parked
      return [{ workflowId, lane: key, step, phase, since, code, message }]
    })
    return { lanes, unlisted: (counts.parked ?? 0) - lanes.length }
  } catch (error) {
    if (!SagaError.is(error)) throw error
    return { workflowId, message: error.message }
  }
}
