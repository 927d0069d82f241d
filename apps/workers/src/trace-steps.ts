import type { ActivityInterceptorsFactory } from '@temporalio/worker'
import { observeSteps, type StepAttempt } from 'saga-core/activity'
import { traceOfRun } from 'seckill-intake/starting'
import { traceOf } from 'seckill-store/gate'
import { placeIn, type Traces } from 'seckill-traces'

/**
 * The interceptor of workers that records each attempt of a step: a span in the trace of each traced lane, and one in the run's own trace for the
 * whole set; they are linked. A set without a traced lane has none.
 */
export function traceSteps(traces: Traces): ActivityInterceptorsFactory {
  return observeSteps((attempt) => recordAttempt(traces, attempt))
}

function recordAttempt(traces: Traces, attempt: StepAttempt): void {
  const traced = attempt.lanes.flatMap((key, at) => {
    const parent = traceOf(key)
    return parent === undefined ? [] : [{ parent, place: placeIn(parent), result: attempt.resultAt(at) }]
  })
  if (traced.length === 0) return
  const { step, phase, from, to } = attempt
  const name = phase === 'action' ? step : `${step} (${phase})`
  const attributes = {
    'saga.name': attempt.saga,
    'saga.step': step,
    'saga.phase': phase,
    'saga.attempt': attempt.attempt,
    'saga.lanes': attempt.lanes.length,
    'temporal.workflow_id': attempt.workflowId,
  }
  const span = { name, kind: 'internal', from, to, attributes } as const
  const run = traceOfRun(attempt.workflowId)
  const ofSet = run && placeIn(run)
  for (const { parent, place, result } of traced)
    traces.record({
      ...span,
      parent,
      place,
      attributes: { ...attributes, 'saga.result': result },
      links: ofSet === undefined ? [] : [ofSet],
      failed: result === 'failed' || result === 'unknown' ? result : undefined,
    })
  if (ofSet !== undefined && run !== undefined)
    traces.record({ ...span, parent: run, place: ofSet, links: traced.map(({ place }) => place) })
}
