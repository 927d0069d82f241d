import type { LatencyBuckets } from '../../observe/metrics.js'
import type { Percentiles } from './live-campaigns.js'

/** Percentiles of the purchase requests that were answered in a window of readings. */
export interface RequestLatency extends Percentiles {
  /** Requests in the window. */
  readonly requests: number
}

/** Readings that a window spans; one is taken at each call. */
const windowReadings = 10

/** Computes percentiles of the requests of the last ten readings from the counts of a histogram, which only grow. */
export function createRequestLatency(read: () => Promise<LatencyBuckets>): () => Promise<RequestLatency> {
  const readings: LatencyBuckets[] = []
  return async () => {
    const latest = await read()
    readings.push(latest)
    if (readings.length > windowReadings + 1) readings.shift()
    return latencyBetween(readings[0] ?? latest, latest)
  }
}

/** The percentiles of what two readings of a histogram have between them. */
export function latencyBetween(before: LatencyBuckets, after: LatencyBuckets): RequestLatency {
  const grown = after.map(({ upToMs, count }, at) => ({ upToMs, count: count - (before[at]?.count ?? 0) }))
  const requests = grown.at(-1)?.count ?? 0
  const at = (share: number) => (requests === 0 ? null : within(grown, share * requests))
  return { requests, p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

/** The time of a rank, linear within its bucket; above the last bound it is that bound. */
function within(buckets: LatencyBuckets, rank: number): number {
  const at = buckets.findIndex(({ count }) => count >= rank)
  const lower = buckets[at - 1] ?? { upToMs: 0, count: 0 }
  const { upToMs, count } = buckets[at] ?? lower
  if (!Number.isFinite(upToMs)) return lower.upToMs
  return lower.upToMs + ((upToMs - lower.upToMs) * (rank - lower.count)) / (count - lower.count)
}
