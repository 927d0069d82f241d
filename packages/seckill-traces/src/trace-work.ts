import { clockNow, type EndedSpan, placeIn, type SpanPlace, type Traces } from './span.js'

/** The span of work that is done within a trace. */
export interface WorkSpan extends Pick<EndedSpan, 'name' | 'kind' | 'attributes'> {
  readonly parent: SpanPlace
}

/** Does work and records its span, also where it fails. */
export async function traceWork<T>(traces: Traces, span: WorkSpan, work: () => Promise<T>): Promise<T> {
  const from = clockNow()
  const record = (failed?: string) =>
    traces.record({ ...span, place: placeIn(span.parent), from, to: clockNow(), failed })
  try {
    const value = await work()
    record()
    return value
  } catch (error) {
    record(error instanceof Error ? error.message : String(error))
    throw error
  }
}
