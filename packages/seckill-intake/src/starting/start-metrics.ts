import { Counter, Histogram, type Registry } from 'prom-client'

const laneBuckets = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000]

/** Metrics of the starts of a process. */
export interface StartMetrics {
  start(outcome: 'started' | 'already-started' | 'refused' | 'unknown', lanes: number): void
  /** Counts an admission that Temporal refuses for good. */
  putAside(): void
}

export function createStartMetrics(registers: [Registry]): StartMetrics {
  const starts = new Counter({
    name: 'seckill_dispatch_starts_total',
    help: 'Starts of purchase runs by outcome',
    labelNames: ['outcome'],
    registers,
  })
  const lanes = new Histogram({
    name: 'seckill_dispatch_lanes',
    help: 'Lanes per run',
    buckets: laneBuckets,
    registers,
  })
  const aside = new Counter({
    name: 'seckill_dispatch_put_aside_total',
    help: 'Admissions that Temporal refuses for good, put aside for an operator',
    registers,
  })
  return {
    start(outcome, count) {
      starts.inc({ outcome })
      if (outcome === 'started') lanes.observe(count)
    },
    putAside: () => aside.inc(),
  }
}
