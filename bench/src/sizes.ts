import type { BenchSize } from './result.js'

/** Repetitions and load of a measurement. */
export interface Sizes {
  /** Pairs of runs that count. */
  readonly pairs: number
  /** The same where two sides differ by less than single runs do. */
  readonly finePairs: number
  /** `true` when a run of each side comes first that does not count. */
  readonly warmUp: boolean
  /** Length of one throughput run, in seconds, by the rough rate of its contender. */
  readonly seconds: number
  /** Orders of one run at least and at most. */
  readonly leastOrders: number
  readonly mostOrders: number
  /** Length of one run over HTTP, in seconds. */
  readonly httpSeconds: number
  /** Shoppers for one run over HTTP, each with a token of its own: more than can be answered. */
  readonly httpShoppers: number
  /** Lanes a run that are measured once, beside 1 and 128. */
  readonly laneSweep: readonly (8 | 32 | 512 | 1_000 | 2_000)[]
  /** Sizes of the rushes whose times should fit a line; the last two make the ratio and differ by a factor of ten. */
  readonly rushes: readonly number[]
  /** Seconds of a rush at half of the maximum rate. */
  readonly latencySeconds: number
  /** Single purchases on an idle system. */
  readonly quietPurchases: number
  /** Kills of each process, and shoppers of the rush around each. */
  readonly kills: number
  readonly killShoppers: number
  /** Shoppers of the rush with poison lanes, refusals and a kill. */
  readonly poisonedShoppers: number
  /** Admissions by which the memory of one is told. */
  readonly memoryAdmissions: number
  /** Orders that wait for their payment at the same time, and their time to pay in seconds. */
  readonly waitingOrders: number
  readonly waitingSeconds: number
  /** Pairs of readings of the API's CPU time in a rush: with open consoles and without. */
  readonly consolePairs: number
  /** Payments of one run, as many on either side. */
  readonly payments: number
  /** Requests of buyers beside a rush in one run. */
  readonly acts: number
}

/** The sizes by name. */
export const sizes: Readonly<Record<BenchSize, Sizes>> = {
  smoke: {
    pairs: 1,
    finePairs: 1,
    warmUp: false,
    seconds: 0.2,
    leastOrders: 8,
    mostOrders: 2_000,
    httpSeconds: 1,
    httpShoppers: 12_000,
    laneSweep: [1_000],
    rushes: [100, 200, 2_000],
    latencySeconds: 1,
    quietPurchases: 10,
    kills: 1,
    killShoppers: 1_500,
    poisonedShoppers: 5_000,
    memoryAdmissions: 2_000,
    waitingOrders: 2_000,
    waitingSeconds: 10,
    consolePairs: 2,
    payments: 200,
    acts: 30,
  },
  quick: {
    pairs: 2,
    finePairs: 2,
    warmUp: true,
    seconds: 1.5,
    leastOrders: 40,
    mostOrders: 30_000,
    httpSeconds: 2,
    httpShoppers: 40_000,
    laneSweep: [8, 1_000],
    rushes: [1_000, 2_000, 20_000],
    latencySeconds: 3,
    quietPurchases: 30,
    kills: 1,
    killShoppers: 2_500,
    poisonedShoppers: 20_300,
    memoryAdmissions: 20_000,
    waitingOrders: 20_000,
    waitingSeconds: 25,
    consolePairs: 30,
    payments: 1_000,
    acts: 300,
  },
  full: {
    pairs: 5,
    finePairs: 11,
    warmUp: true,
    seconds: 5,
    leastOrders: 100,
    mostOrders: 100_000,
    httpSeconds: 4,
    httpShoppers: 80_000,
    laneSweep: [8, 32, 512, 1_000, 2_000],
    rushes: [1_000, 3_000, 30_000, 10_000, 100_000],
    latencySeconds: 10,
    quietPurchases: 100,
    kills: 3,
    killShoppers: 5_000,
    poisonedShoppers: 20_300,
    memoryAdmissions: 100_000,
    waitingOrders: 100_000,
    waitingSeconds: 90,
    consolePairs: 60,
    payments: 5_000,
    acts: 900,
  },
}

/** Orders for one run of a contender of this rough rate. */
export function ordersFor({ seconds, leastOrders, mostOrders }: Sizes, roughly: number): number {
  return Math.round(Math.min(mostOrders, Math.max(leastOrders, roughly * seconds)))
}

/** Runs of one side, the one that does not count included. */
export function roundsOf({ pairs, warmUp }: Sizes): number {
  return warmUp ? pairs + 1 : pairs
}
