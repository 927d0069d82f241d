import { z } from 'zod'
import { type Sampling, samplerNames } from './sampling.js'

/** The variables of a process that records spans, by OpenTelemetry's names. */
export const traceVariables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('the collector that takes traces, by OTLP in JSON over HTTP; without one there are none'),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .optional()
    .describe('headers of each request to the collector: `name=value`, with commas'),
  OTEL_SERVICE_NAME: z.string().min(1).optional().describe('the name of the process in traces; its own by default'),
  OTEL_RESOURCE_ATTRIBUTES: z
    .string()
    .optional()
    .describe('further attributes of the process in traces: `name=value`, with commas'),
} as const

/** The variables of a process in which traces begin. */
export const samplingVariables = {
  OTEL_TRACES_SAMPLER: z
    .enum(samplerNames)
    .default('traceidratio')
    .describe('which purchases are traced; those that begin with `parentbased_` heed the `traceparent` of anyone'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(0.01)
    .describe('the part of the purchases that a sampler by ratio traces, from 0 to 1'),
} as const

/** Where a process sends its spans. */
export interface TraceConfig {
  readonly endpoint: string
  /** The name of the process in traces; undefined for its own. */
  readonly serviceName: string | undefined
}

/** Reads where a process sends its spans; `undefined` where it records none. Headers and attributes are read by OpenTelemetry itself. */
export function traceConfigOf(env: z.output<z.ZodObject<typeof traceVariables>>): TraceConfig | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: serviceName } = env
  return endpoint === undefined ? undefined : { endpoint, serviceName }
}

/** Reads which traces are sampled. */
export function samplingOf(env: z.output<z.ZodObject<typeof samplingVariables>>): Sampling {
  return { sampler: env.OTEL_TRACES_SAMPLER, ratio: env.OTEL_TRACES_SAMPLER_ARG }
}
