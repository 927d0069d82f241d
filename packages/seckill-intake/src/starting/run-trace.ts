import { traceOf } from 'seckill-store/gate'
import { clockNow, placeIn, type SpanPlace, type Traces } from 'seckill-traces'
import type { RunStarter, TakenRun } from './run-starter.js'

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The first span of a run's own trace, which is named by the UUID of its id. */
export function traceOfRun(runId: string): SpanPlace | undefined {
  const traceId = uuid.exec(runId)?.[0].replaceAll('-', '')
  return traceId === undefined ? undefined : { traceId, spanId: traceId.slice(16) }
}

/** The traces of those lanes of a run that are traced. */
export function tracesOf(lanes: TakenRun['lanes']): readonly SpanPlace[] {
  return lanes.flatMap(({ reservationId }) => traceOf(reservationId) ?? [])
}

/**
 * A starter that records the start of a run in the trace of each of its traced lanes, and as the first span of the run's own trace; the two are
 * linked. A run without a traced lane has no trace.
 */
export function traceStarts(starter: RunStarter, traces: Traces): RunStarter {
  return {
    async start(run) {
      const from = clockNow()
      const outcome = await starter.start(run)
      recordStart(traces, run, from, outcome.status)
      return outcome
    },
  }
}

function recordStart(traces: Traces, { runId, lanes }: TakenRun, from: number, outcome: string): void {
  const links = tracesOf(lanes)
  const ofRun = traceOfRun(runId)
  if (links.length === 0 || ofRun === undefined) return
  const attributes = { 'temporal.workflow_id': runId, 'seckill.lanes': lanes.length, 'seckill.start': outcome }
  const span = { kind: 'producer', from, to: clockNow(), attributes } as const
  // A run that Temporal has already was recorded by who started it.
  if (outcome !== 'already-started') traces.record({ ...span, name: 'purchase run', place: ofRun, links })
  for (const parent of links)
    traces.record({ ...span, name: 'start run', place: placeIn(parent), parent, links: [ofRun] })
}
