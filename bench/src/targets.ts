/** Every ratio of the benchmark, in the order of its table. */
export const benchIds = [
  'G1',
  'G2',
  'G3',
  'E1',
  'E2',
  'E3',
  'E5',
  'P1',
  'P2',
  'S1',
  'S2',
  'R1',
  'M1',
  'W1',
  'C1',
  'A1',
  'F1',
  'L1',
  'T1',
] as const
export type BenchId = (typeof benchIds)[number]

/** The subject of a ratio and its target. */
export interface Target {
  readonly title: string
  /** The unit of `ours` and `theirs`. */
  readonly unit: string
  /** The better direction. */
  readonly better: 'higher' | 'lower'
  readonly target: number
}

function atLeast(target: number, unit: string, title: string): Target {
  return { title, unit, better: 'higher', target }
}
function atMost(target: number, unit: string, title: string): Target {
  return { title, unit, better: 'lower', target }
}

/** The targets, by id. */
export const targets: Readonly<Record<BenchId, Target>> = {
  G1: atLeast(
    1,
    'admissions/s',
    'gate library in one Node process / redis-benchmark, the same script, as many calls in flight',
  ),
  G2: atLeast(
    0.85,
    'requests/s',
    'purchases accepted over HTTP, the worker standing still / Express 5 POST with express.json() echo, ETag off',
  ),
  G3: atLeast(1.4, 'requests/s', 'sold-out rejections over HTTP / Express 5 GET hello, ETag off'),
  E1: atLeast(0.95, 'sagas/s', 'saga-core / the same saga by hand'),
  E2: atLeast(
    3,
    'sagas/s',
    'saga-core as it comes / idiomatic hand-written saga, regular activities, eager start on both sides',
  ),
  E3: atLeast(20, 'orders/s', 'purchase runs of 128 lanes / of one lane'),
  E5: atLeast(0.5, 'orders/s', 'batch sagas of 1,000 lanes / the same bulk SQL from a bare stream consumer'),
  P1: atLeast(
    5,
    'orders/s',
    'the sale, admitted to committed in batches / the fastest queue or engine with one job per order',
  ),
  P2: atLeast(0.5, 'orders/s', 'the sale, admitted to committed / the fastest batched consumer that keeps no saga'),
  S1: atLeast(0.95, 'shoppers/s', 'throughput of the largest rush / of one a tenth of its size'),
  S2: atMost(1, 'ms', 'p99 of accept at half of the maximum rate / 10 ms'),
  R1: atMost(1.5, 's', 'kill -9 to the next completed order / start-up of the killed process'),
  M1: atMost(
    1.1,
    'MiB',
    'memory of API and worker late in a rush / in its middle, and after a rush / after the one before',
  ),
  W1: atMost(
    1,
    'MiB',
    'memory of the worker while unpaid orders wait, above the one after as many that have ended / 100 MiB',
  ),
  C1: atLeast(
    0.1,
    'payments/s',
    'payments started, captured and recorded by the sale / payments created and captured at the provider alone',
  ),
  A1: atMost(2, 'ms', 'p99 of pay, cancel and status beside a rush at half of the maximum rate / without it'),
  F1: atMost(
    2,
    'ms',
    'p99 of accept of 200 buyers beside 10,000 requests/s of garbage from 2,000 addresses / without them',
  ),
  L1: atMost(1, 'ms/s', "CPU time of the API's process that five open consoles cost in a rush / 10 ms a second"),
  T1: atMost(1.03, 'CPU µs', 'API and worker for a purchase, traces on and none sampled / without traces'),
}

/** Reports whether a ratio meets its target. */
export function isMet({ better, target }: Pick<Target, 'better' | 'target'>, ratio: number): boolean {
  return better === 'higher' ? ratio >= target : ratio <= target
}
