import { median } from '../driver/statistics.js'
import { batchesInFlight, lanesABatch, ordersInFlight } from '../equal-terms.js'
import { runsAtOnce } from '../peers/temporal.js'
import type { BenchResult } from '../result.js'
import { rushConnections } from '../sale/saturating-rush.js'
import { type RushSizeFigures, stockShare } from '../scenarios/growth-of-a-rush.js'
import type { LaneFigures } from '../scenarios/lanes-in-a-run.js'
import { oneMachine } from './cluster.js'
import { type Costs, costsOf, detailOf, medianOf } from './costs.js'
import { simulate } from './simulate.js'

/** A figure of the simulation beside the measured one. */
export interface Agreement {
  readonly what: string
  readonly measured: number
  readonly simulated: number
}

/** A sale as it was measured: its costs, and the share of a core's time that work gets. */
export interface Model {
  readonly costs: Costs
  readonly efficiency: number
}

/** Orders of a simulation that measures throughput. */
const manyOrders = 30_000

/** Reads the costs, and takes the efficiency from the throughput of runs of different sizes (E3). @throws Error that names what the result lacks */
export function modelOf(result: BenchResult): Model {
  const costs = costsOf(result)
  const runsOnly = { ...costs, shopper: 0, accepted: { api: 0, redis: 0 }, taken: { api: 0, redis: 0 } }
  const cluster = oneMachine(result.surroundings.cores)
  const shares = detailOf<readonly LaneFigures[]>(result, 'E3', 'byLanes').map(({ lanes, ordersPerSecond }) => {
    const orders = Math.min(manyOrders, lanes * ordersInFlight)
    const runsInFlight = lanes === 1 ? ordersInFlight : runsAtOnce
    const rush = { shoppers: orders, stock: orders, atOnce: orders, maxLanes: lanes, runsInFlight }
    return ordersPerSecond / (orders / simulate(cluster, runsOnly, rush).ordered)
  })
  return { costs, efficiency: Math.min(1, median(shares)) }
}

/** Times of rushes (S1) and the throughput of admitted orders (P1) beside the simulation; nothing of the model is read from them. */
export function agreements(result: BenchResult, { costs, efficiency }: Model): readonly Agreement[] {
  const cluster = oneMachine(result.surroundings.cores)
  const terms = { atOnce: rushConnections, maxLanes: lanesABatch, runsInFlight: batchesInFlight }
  const rushes = detailOf<readonly RushSizeFigures[]>(result, 'S1', 'byShoppers').map(({ shoppers, seconds }) => {
    const rush = { ...terms, shoppers, stock: Math.ceil(shoppers * stockShare) }
    const what = `a rush of ${shoppers.toLocaleString('en-US')} (S1), seconds`
    return { what, measured: seconds, simulated: simulate(cluster, costs, rush, efficiency).ordered }
  })
  const admitted = { ...costs, shopper: 0, accepted: { api: 0, redis: 0 } }
  const queue = { ...terms, shoppers: manyOrders, stock: manyOrders, atOnce: manyOrders }
  const simulated = manyOrders / simulate(cluster, admitted, queue, efficiency).ordered
  return [...rushes, { what: 'admitted orders (P1), orders/s', measured: medianOf(result, 'P1'), simulated }]
}
