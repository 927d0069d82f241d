import { scaleLog } from 'd3-scale'
import type { Distribution } from '../rush/index.js'
import { type Axis, Chart, plot, type Series } from './chart.js'
import type { RushRecord } from './record.js'

interface LatencyChartProps {
  readonly record: RushRecord
  readonly baseline: RushRecord | undefined
}

/** The longest of so many durations is drawn where their last percentile would be. */
const longestShare = 0.99995

/** Durations by percentile, on an axis that grows towards the longest one, as HdrHistogram draws them. */
export function LatencyChart({ record, baseline }: LatencyChartProps) {
  const { accepted, all, fromSending } = record.distributions
  const series: readonly Series[] = [
    { name: 'accepted, from the intended moment', colour: 1, points: pointsOf(accepted) },
    { name: 'any answer, from the intended moment', colour: 2, points: pointsOf(all) },
    { name: 'any answer, from its sending (omits the wait before it)', colour: 3, points: pointsOf(fromSending) },
    ...(baseline === undefined
      ? []
      : [{ name: 'accepted, baseline', colour: 1, points: pointsOf(baseline.distributions.accepted), dashed: true }]),
  ]
  return <Chart title="Time to an answer, by percentile" x={percentiles} y={durations(series)} series={series} />
}

function pointsOf(distribution: Distribution): Series['points'] {
  return distribution.map(([share, milliseconds]) => [rarity(share), Math.max(milliseconds, leastMs)])
}

/** One in so many durations is longer. */
function rarity(share: number): number {
  return 1 / (1 - Math.min(share, longestShare))
}

const percentiles: Axis = {
  scale: scaleLog([1, rarity(longestShare)], [...plot.x]),
  ticks: [0, 0.5, 0.9, 0.99, 0.999, 0.9999].map(rarity),
  text: (tick) => `${Number((100 * (1 - 1 / tick)).toFixed(2))} %`,
  label: 'share of the answers',
}

const leastMs = 0.1

function durations(series: readonly Series[]): Axis {
  const values = series.flatMap(({ points }) => points.map(([, y]) => y))
  const low = Math.floor(Math.log10(Math.min(...values, 1)))
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values, 1))))
  return {
    scale: scaleLog([10 ** low, 10 ** high], [...plot.y]),
    ticks: Array.from({ length: high - low + 1 }, (_, power) => 10 ** (low + power)),
    label: 'milliseconds',
  }
}
