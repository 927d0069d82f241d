import type { BenchSize } from './result.js'

/** How much is measured. */
export interface Sizes {
  /** Pairs of runs that count, after one that does not. */
  readonly pairs: number
  /** Whether a run of each side comes first that does not count. */
  readonly warmUp: boolean
  /** Length of one throughput run, in seconds, by the rough rate of its contender. */
  readonly seconds: number
  /** Orders of one run at least and at most. */
  readonly leastOrders: number
  readonly mostOrders: number
  /** Shoppers who are there for requests over HTTP. */
  readonly tokens: number
  /** Sizes of the rushes whose times should fit a line; the last two of them make the ratio. */
  readonly rushes: readonly number[]
  /** Seconds of a rush at half of the maximum rate. */
  readonly latencySeconds: number
  /** Kills of each process. */
  readonly kills: number
}

/** The sizes by name; the last two rushes differ by a factor of ten. */
export const SIZES: Readonly<Record<BenchSize, Sizes>> = {
  smoke: {
    pairs: 1,
    warmUp: false,
    seconds: 0.2,
    leastOrders: 8,
    mostOrders: 2_000,
    tokens: 4_000,
    rushes: [100, 200, 2_000],
    latencySeconds: 1,
    kills: 1,
  },
  quick: {
    pairs: 2,
    warmUp: true,
    seconds: 1.5,
    leastOrders: 40,
    mostOrders: 40_000,
    tokens: 100_000,
    rushes: [1_000, 2_000, 20_000],
    latencySeconds: 3,
    kills: 1,
  },
  full: {
    pairs: 5,
    warmUp: true,
    seconds: 5,
    leastOrders: 100,
    mostOrders: 100_000,
    tokens: 300_000,
    rushes: [1_000, 3_000, 30_000, 10_000, 100_000],
    latencySeconds: 10,
    kills: 5,
  },
}

/** Orders for one run of a contender of this rough rate. */
export const ordersFor = ({ seconds, leastOrders, mostOrders }: Sizes, roughly: number): number =>
  Math.round(Math.min(mostOrders, Math.max(leastOrders, roughly * seconds)))
