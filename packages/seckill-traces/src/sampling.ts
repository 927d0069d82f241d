import { readTraceParent } from './trace-parent.js'

/** The samplers by OpenTelemetry's names; those that begin with `parentbased_` trust the `traceparent` of a request. */
export const samplerNames = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const
type SamplerName = (typeof samplerNames)[number]

export interface Sampling {
  readonly sampler: SamplerName
  /** The part of the traces that a sampler by ratio takes, from 0 to 1. */
  readonly ratio: number
}

/** Decides whether the trace that begins with a request is sampled, by its `traceparent` header where that is trusted. */
export type Sample = (traceParent: string | undefined) => boolean

const trusting = 'parentbased_'

export function createSample({ sampler, ratio }: Sampling, random: () => number = Math.random): Sample {
  const trusts = sampler.startsWith(trusting)
  const bound = { always_on: 1, always_off: 0, traceidratio: ratio }[trusts ? sampler.slice(trusting.length) : sampler]
  const byChance = (): boolean => random() < (bound ?? 0)
  if (!trusts) return byChance
  return (header) => readTraceParent(header)?.isSampled ?? byChance()
}
