import type { BenchResult, CpuMicros } from '../result.js'
import type { RushSizeFigures } from '../scenarios/growth-of-a-rush.js'
import type { LaneFigures } from '../scenarios/lanes-in-a-run.js'
import type { BenchId } from '../targets.js'
import { lineChart } from './line-chart.js'

/** Charts by file name: how the sale grows with the lanes of a run and with the shoppers of a rush. */
export function growthPlots(result: BenchResult): ReadonlyMap<string, string> {
  const lanes = (detailOf(result, 'E3', 'byLanes') ?? []) as readonly LaneFigures[]
  const shoppers = (detailOf(result, 'S1', 'byShoppers') ?? []) as readonly RushSizeFigures[]
  return new Map([...(lanes.length > 0 ? lanePlots(lanes) : []), ...(shoppers.length > 0 ? rushPlots(shoppers) : [])])
}

function detailOf({ results }: BenchResult, id: BenchId, name: string): unknown {
  const row = results.find((candidate) => candidate.id === id)
  return row?.status === 'measured' ? row.details[name] : undefined
}

function lanePlots(figures: readonly LaneFigures[]): readonly (readonly [string, string])[] {
  return [
    [
      'orders-by-lanes.svg',
      lineChart({
        title: 'Orders a second by lanes a run',
        xLabel: 'lanes a run',
        yLabel: 'orders/s',
        series: [{ name: 'purchase runs', points: figures.map((one) => [one.lanes, one.ordersPerSecond]) }],
      }),
    ],
    [
      'cpu-by-lanes.svg',
      lineChart({
        title: 'CPU time of an order by lanes a run',
        xLabel: 'lanes a run',
        yLabel: 'µs an order',
        series: byProcess(figures.map((one) => [one.lanes, one.cpuMicrosPerOrder])),
      }),
    ],
  ]
}

function rushPlots(figures: readonly RushSizeFigures[]): readonly (readonly [string, string])[] {
  return [
    [
      'seconds-by-shoppers.svg',
      lineChart({
        title: 'Time of a rush by shoppers',
        xLabel: 'shoppers',
        yLabel: 'seconds',
        series: [{ name: 'a rush', points: figures.map((one) => [one.shoppers, one.seconds]) }],
      }),
    ],
    [
      'cpu-by-shoppers.svg',
      lineChart({
        title: 'CPU time of a shopper by size of the rush',
        xLabel: 'shoppers',
        yLabel: 'µs a shopper',
        series: byProcess(figures.map((one) => [one.shoppers, one.cpuMicrosPerShopper])),
      }),
    ],
  ]
}

function byProcess(figures: readonly (readonly [number, CpuMicros])[]) {
  const names = [...new Set(figures.flatMap(([, cpu]) => Object.keys(cpu)))]
  const series = names.map((name) => ({ name, points: figures.map(([x, cpu]) => [x, cpu[name] ?? 0] as const) }))
  return series.filter(({ points }) => points.some(([, micros]) => micros > 0))
}
