import type { BenchResult, Comparison, CpuMicros } from '../result.js'
import type { RushSizeFigures } from '../scenarios/growth-of-a-rush.js'
import type { LaneFigures } from '../scenarios/lanes-in-a-run.js'
import type { BenchId } from '../targets.js'

/** CPU microseconds of what a sale does, by process. */
export interface Costs {
  /** The driver of the shoppers, for each of them. */
  readonly shopper: number
  /** A sold-out answer. */
  readonly refused: { readonly api: number }
  /** A purchase that is accepted. */
  readonly accepted: { readonly api: number; readonly redis: number }
  /** The way of an accepted purchase from the gate into a run. */
  readonly taken: { readonly api: number; readonly redis: number }
  /** A run, and each of its orders. */
  readonly run: RunCosts
  readonly order: RunCosts
}

export type RunCosts = Readonly<Record<'temporal' | 'worker' | 'mysql', number>>

/** Reads the costs from G2, G3, E3, E5 and S1 of a result. @throws Error that names what the result lacks */
export function costsOf(result: BenchResult): Costs {
  const g2 = oursOf(result, 'G2')
  const g3 = oursOf(result, 'G3')
  const e5 = oursOf(result, 'E5')
  const lanes = detailOf<readonly LaneFigures[]>(result, 'E3', 'byLanes')
  const rushes = detailOf<readonly RushSizeFigures[]>(result, 'S1', 'byShoppers')
  const temporal = costsOfRuns(lanes, 'temporal')
  const worker = costsOfRuns(lanes, 'consumer')
  const mysql = costsOfRuns(lanes, 'mysql')
  return {
    shopper: rushes.at(-1)?.cpuMicrosPerShopper.shoppers ?? 0,
    refused: { api: micros(g3, 'api') },
    accepted: { api: micros(g2, 'api'), redis: micros(g2, 'redis') },
    taken: { api: micros(e5, 'api'), redis: micros(e5, 'redis') },
    run: { temporal: temporal.run, worker: worker.run, mysql: mysql.run },
    order: { temporal: temporal.order, worker: worker.order, mysql: mysql.order },
  }
}

function micros(cpu: CpuMicros, name: string): number {
  return cpu[name] ?? 0
}

function rowOf({ results }: BenchResult, id: BenchId) {
  const row = results.find((one) => one.id === id)
  if (row?.status === 'measured') return row
  throw new Error(
    `The result has no figures of ${id}. Type: ./seckill bench --only G2,G3,E3,E5,P1,S1 --out <result.json>`,
  )
}

function oursOf(result: BenchResult, id: BenchId): CpuMicros {
  return (rowOf(result, id).comparisons[0] as Comparison).ours.cpuMicrosPerOp
}

/** A detail of a row. @throws Error when the result lacks the row */
export function detailOf<T>(result: BenchResult, id: BenchId, name: string): T {
  return rowOf(result, id).details[name] as T
}

/** The median of a row's first comparison. @throws Error when the result lacks the row */
export function medianOf(result: BenchResult, id: BenchId): number {
  return rowOf(result, id).ours
}

/** The cost of a run and of each of its orders: least squares over the runs of different sizes, each by its share of its own cost. */
function costsOfRuns(
  figures: readonly LaneFigures[],
  process: string,
): { readonly run: number; readonly order: number } {
  const points = figures
    .map(({ lanes, cpuMicrosPerOrder }) => ({ x: 1 / lanes, y: cpuMicrosPerOrder[process] ?? 0 }))
    .filter(({ y }) => y > 0)
  const sum = (of: (point: { readonly x: number; readonly y: number }) => number): number =>
    points.reduce((total, point) => total + of(point) / point.y ** 2, 0)
  const [w, wx, wxx, wy, wxy] = [
    sum(() => 1),
    sum(({ x }) => x),
    sum(({ x }) => x * x),
    sum(({ y }) => y),
    sum(({ x, y }) => x * y),
  ]
  const run = (w * wxy - wx * wy) / (w * wxx - wx * wx)
  return { run, order: (wy - run * wx) / w }
}
