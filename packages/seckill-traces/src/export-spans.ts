import {
  type Attributes,
  DiagLogLevel,
  diag,
  type HrTime,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { detectResources, envDetector, type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace'
import type { Logger } from 'pino'
import type { TraceConfig } from './configuration.js'
import type { EndedSpan, SpanPlace, Traces } from './span.js'

/** The time that a process which ends gives the collector, in milliseconds. */
const closeLimitMs = 2_000
const scope = { name: 'seckill-traces' }
/** OpenTelemetry's own limit of the links of a span. */
const mostLinks = 128

/** Sends spans in batches, some seconds after they have ended. */
export function exportSpans({ endpoint, serviceName }: TraceConfig, processName: string, logger: Logger): Traces {
  const warn = (message: string) => logger.warn({ reason: message }, 'the collector does not take traces')
  const silent = () => {}
  diag.setLogger({ error: warn, warn, info: silent, debug: silent, verbose: silent }, { logLevel: DiagLogLevel.WARN })
  const resource = resourceFromAttributes({ 'service.name': processName })
    .merge(detectResources({ detectors: [envDetector] }))
    .merge(resourceFromAttributes(serviceName === undefined ? {} : { 'service.name': serviceName }))
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` })
  const processor = new BatchSpanProcessor({ exporter, exportTimeoutMillis: closeLimitMs })
  return {
    record: (span) => processor.onEnd(readable(span, resource)),
    close: () => processor.shutdown().catch((error: unknown) => warn(String(error))),
  }
}

function readable(span: EndedSpan, resource: Resource): ReadableSpan {
  const { name, kind, place, parent, from, attributes = {}, links = [], failed } = span
  const to = Math.max(span.to, from)
  return {
    name,
    kind: kinds[kind],
    spanContext: () => contextOf(place),
    ...(parent && { parentSpanContext: contextOf(parent) }),
    startTime: hrTime(from),
    endTime: hrTime(to),
    duration: hrTime(to - from),
    ended: true,
    status: failed === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: failed },
    attributes: attributes as Attributes,
    links: links.slice(0, mostLinks).map((link) => ({ context: contextOf(link) })),
    events: [],
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: Math.max(0, links.length - mostLinks),
  }
}

const kinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const satisfies Record<EndedSpan['kind'], SpanKind>

function contextOf({ traceId, spanId }: SpanPlace) {
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED }
}

function hrTime(milliseconds: number): HrTime {
  const seconds = Math.floor(milliseconds / 1_000)
  return [seconds, Math.floor((milliseconds - seconds * 1_000) * 1e6)]
}
