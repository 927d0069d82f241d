import { build } from 'hdr-histogram-js'

/** Percentiles in milliseconds, with one decimal. */
export interface Latency {
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly max: number
}

export interface LatencyRecorder {
  /** Adds one duration in milliseconds. */
  record(milliseconds: number): void
  /** The percentiles so far; all zero when nothing was recorded. */
  summary(): Latency
}

const LONGEST_MS = 600_000
const MICROSECONDS = 1_000

/** Records durations up to ten minutes, to a thousandth of their value. */
export function createLatencyRecorder(): LatencyRecorder {
  const histogram = build({
    bitBucketSize: 32,
    highestTrackableValue: LONGEST_MS * MICROSECONDS,
    numberOfSignificantValueDigits: 3,
  })
  const at = (percentile: number): number => inMilliseconds(histogram.getValueAtPercentile(percentile))
  return {
    record: (milliseconds) =>
      histogram.recordValue(Math.round(Math.min(Math.max(milliseconds, 0), LONGEST_MS) * MICROSECONDS)),
    summary: () => ({ p50: at(50), p90: at(90), p99: at(99), max: inMilliseconds(histogram.maxValue) }),
  }
}

const inMilliseconds = (microseconds: number): number => Math.round(microseconds / 100) / 10
