import { build } from 'hdr-histogram-js'

/** Percentiles in milliseconds, with one decimal; null when nothing was measured. */
export interface Latency {
  readonly p50: number | null
  readonly p90: number | null
  readonly p99: number | null
  readonly max: number | null
}

export interface LatencyRecorder {
  /** Adds one duration in milliseconds. */
  record(milliseconds: number): void
  /** The percentiles so far. */
  summary(): Latency
}

const longestMs = 600_000
const microsecondsAMs = 1_000

/** Records durations up to ten minutes, to a thousandth of their value. */
export function createLatencyRecorder(): LatencyRecorder {
  const histogram = build({
    bitBucketSize: 32,
    highestTrackableValue: longestMs * microsecondsAMs,
    numberOfSignificantValueDigits: 3,
  })
  const measured = (microseconds: () => number): number | null =>
    histogram.totalCount === 0 ? null : inMilliseconds(microseconds())
  const at = (percentile: number): number | null => measured(() => histogram.getValueAtPercentile(percentile))
  return {
    record: (milliseconds) =>
      histogram.recordValue(Math.round(Math.min(Math.max(milliseconds, 0), longestMs) * microsecondsAMs)),
    summary: () => ({ p50: at(50), p90: at(90), p99: at(99), max: measured(() => histogram.maxValue) }),
  }
}

function inMilliseconds(microseconds: number): number {
  return Math.round(microseconds / 100) / 10
}
