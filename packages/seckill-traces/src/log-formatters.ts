import type { LoggerOptions } from 'pino'
import type { SpanPlace } from './span.js'

/**
 * The formatters of a log whose lines are found by their trace: a line with the `traceId` of a purchase that is traced gets `trace_id` and
 * `span_id`.
 */
export function logFormatters(placeOf: (traceId: string) => SpanPlace | undefined): LoggerOptions['formatters'] {
  return {
    log(facts) {
      const place = typeof facts.traceId === 'string' ? placeOf(facts.traceId) : undefined
      return place === undefined ? facts : { ...facts, trace_id: place.traceId, span_id: place.spanId }
    },
  }
}
