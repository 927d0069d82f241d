import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client'
import { ApplicationFailure, CancelledFailure } from '@temporalio/common'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import type { LaneEnd, Outcome, SagaReport } from '../wire/outcome.js'
import { sagaLaneQuery } from '../workflow/messages.js'
import { keyOf, type StartRequest } from './start-request.js'

/** Outcomes of lanes whose effects are undone, so that they can start again. */
const undone: ReadonlySet<Outcome> = new Set<Outcome>(['refused', 'failed', 'expired', 'cancelled'])

/**
 * The inputs of a closed run whose lanes are undone, and can start over.
 *
 * @throws SagaError SAGA_START_OVER when the run ended without outcomes, so that its effects may stand.
 */
export async function undoneInputs(handle: WorkflowHandle, request: StartRequest): Promise<readonly unknown[]> {
  const ends = await endsOf(handle, request)
  return request.inputs.filter((input) => {
    const outcome = ends.get(keyOf(request, input) ?? '')
    return outcome !== undefined && undone.has(outcome)
  })
}

async function endsOf(handle: WorkflowHandle, request: StartRequest): Promise<ReadonlyMap<string, Outcome>> {
  const result = await resultOf(handle)
  if (isReport(result) && !result.cut?.omitted) {
    return new Map(result.except.map(({ key, outcome }) => [key, outcome]))
  }
  if (request.one && isEnd(result)) return new Map([[keyOf(request, request.inputs[0]) ?? '', result.outcome]])
  return askLanes(handle, request)
}

/** The result of a run; `undefined` when it was cancelled, in which case its lanes are queried. */
async function resultOf(handle: WorkflowHandle): Promise<unknown> {
  try {
    return await handle.result()
  } catch (error) {
    const cause = error instanceof WorkflowFailedError ? error.cause : undefined
    if (cause instanceof CancelledFailure) return undefined
    if (cause instanceof ApplicationFailure && cause.type === 'SagaOutcome') return cause.details?.[0]
    if (!(error instanceof WorkflowFailedError)) throw error
    const message = `run "${handle.workflowId}" ended without outcomes (${cause?.message ?? error.message}), so its effects may stand: query its lanes and put them right before they start over`
    throw new SagaError(SagaErrorCode.StartOver, message)
  }
}

/** Queries the lanes one after another: of two concurrent queries to a closed run, Temporal sometimes loses one. */
async function askLanes(handle: WorkflowHandle, request: StartRequest) {
  const ends = new Map<string, Outcome>()
  for (const key of request.inputs.flatMap((input) => keyOf(request, input) ?? [])) {
    const lane = await handle.query(sagaLaneQuery, key)
    if (lane?.outcome) ends.set(key, lane.outcome)
  }
  return ends
}

function isReport(value: unknown): value is SagaReport {
  return typeof value === 'object' && value !== null && 'except' in value && 'completed' in value
}

function isEnd(value: unknown): value is Pick<LaneEnd, 'outcome'> {
  return typeof value === 'object' && value !== null && 'outcome' in value
}
