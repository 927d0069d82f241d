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
  /** The durations counted in ranges, from the first to the last that has any. */
  ranges(): readonly LatencyRange[]
  /** The share of durations, from 0 to 1, up to each of some milliseconds, in rising order. */
  distribution(): Distribution
}

/** Durations up to `upToMs`, above the range before it. */
export interface LatencyRange {
  readonly upToMs: number
  readonly count: number
}

/** Points of a cumulative distribution: the share of durations that are no longer than so many milliseconds. */
export type Distribution = readonly (readonly [share: number, milliseconds: number])[]

/** The shares of a distribution: ever finer towards the longest duration, as HdrHistogram draws them. */
const shares = [0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995, 0.9975, 0.999, 0.9995, 0.9999, 1] as const

const longestMs = 600_000
const microsecondsAMs = 1_000
/** 1, 2 and 5 ms, and their multiples by powers of ten. */
const rangeEnds = Array.from({ length: 18 }, (_, index) => ([1, 2, 5][index % 3] ?? 1) * 10 ** Math.floor(index / 3))

/** Records durations up to ten minutes, to a thousandth of their value. */
export function createLatencyRecorder(): LatencyRecorder {
  const histogram = build({
    bitBucketSize: 32,
    highestTrackableValue: longestMs * microsecondsAMs,
    numberOfSignificantValueDigits: 3,
  })
  const counts: number[] = []
  const measured = (microseconds: () => number): number | null =>
    histogram.totalCount === 0 ? null : inMilliseconds(microseconds())
  const at = (percentile: number): number | null => measured(() => histogram.getValueAtPercentile(percentile))
  return {
    record(milliseconds) {
      const within = Math.min(Math.max(milliseconds, 0), longestMs)
      histogram.recordValue(Math.round(within * microsecondsAMs))
      const range = rangeEnds.findIndex((end) => within <= end)
      counts[range] = (counts[range] ?? 0) + 1
    },
    ranges() {
      const all = Array.from(counts, (count, range) => ({ upToMs: rangeEnds[range] ?? longestMs, count: count ?? 0 }))
      return all.slice(all.findIndex(({ count }) => count > 0))
    },
    summary: () => ({ p50: at(50), p90: at(90), p99: at(99), max: measured(() => histogram.maxValue) }),
    distribution: () =>
      shares.flatMap((share) => {
        const milliseconds = at(share * 100)
        return milliseconds === null ? [] : [[share, milliseconds] as const]
      }),
  }
}

function inMilliseconds(microseconds: number): number {
  return Math.round(microseconds / 100) / 10
}
