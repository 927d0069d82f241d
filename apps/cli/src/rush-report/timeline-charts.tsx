import { scaleLinear } from 'd3-scale'
import { area } from 'd3-shape'
import { rushResults } from '../rush/index.js'
import { type Axis, Chart, Legend, plot, type Series } from './chart.js'
import type { RushRecord } from './record.js'
import { resultNames } from './result-names.js'

/** Requests that left, and the answers that came, a second. */
export function AnswersChart({ record }: { readonly record: RushRecord }) {
  const { timeline, sliceMs } = record
  const aSecond = 1_000 / sliceMs
  const sent: Series = {
    name: 'requests sent',
    colour: 0,
    points: timeline.map((slice, index) => [middleOf(index, sliceMs), slice.sent * aSecond]),
  }
  const tops = timeline.map(({ results }) => rushResults.reduce((sum, result) => sum + results[result], 0) * aSecond)
  const x = seconds(record)
  const y = upTo(Math.max(...tops, ...sent.points.map(([, count]) => count)), 'a second')
  const areas = stacked(record, aSecond)
  return (
    <>
      <Chart title="Requests and answers over time" x={x} y={y} series={[sent]}>
        {areas.map(({ colour, bounds }) => (
          <path key={colour} class={`area c${colour}`} d={areaOf(bounds, sliceMs, { x, y })} />
        ))}
      </Chart>
      <Legend entries={rushResults.map((result, index) => ({ name: resultNames[result], colour: index + 1 }))} />
    </>
  )
}

/** Units left, as the API shows them: its figure is up to some seconds old. */
export function StockChart({ record }: { readonly record: RushRecord }) {
  const points = record.remaining.map(([atMs, units]) => [atMs / 1_000, units] as const)
  const y = upTo(Math.max(...points.map(([, units]) => units)), 'units')
  return (
    <Chart title="Units left" x={seconds(record)} y={y} series={[{ name: 'shown by the API', colour: 1, points }]} />
  )
}

type Bounds = readonly (readonly [low: number, high: number])[]

/** The lower and the upper bound of each result in each slice, one above the other. */
function stacked(
  { timeline }: RushRecord,
  aSecond: number,
): readonly { readonly colour: number; readonly bounds: Bounds }[] {
  const floor = timeline.map(() => 0)
  return rushResults.map((result, index) => {
    const bounds = timeline.map(({ results }, slice) => {
      const low = floor[slice] ?? 0
      const high = low + results[result] * aSecond
      floor[slice] = high
      return [low, high] as const
    })
    return { colour: index + 1, bounds }
  })
}

function areaOf(bounds: Bounds, sliceMs: number, { x, y }: { readonly x: Axis; readonly y: Axis }): string {
  const path = area<readonly [number, number]>(
    (_, index) => x.scale(middleOf(index, sliceMs)) ?? 0,
    ([low]) => y.scale(low) ?? 0,
    ([, high]) => y.scale(high) ?? 0,
  )
  return path(bounds) ?? ''
}

function middleOf(slice: number, sliceMs: number): number {
  return ((slice + 0.5) * sliceMs) / 1_000
}

function seconds({ seconds }: RushRecord): Axis {
  const scale = scaleLinear([0, seconds], [...plot.x])
  return { scale, ticks: scale.ticks(8), label: 'seconds since the start' }
}

function upTo(highest: number, label: string): Axis {
  const scale = scaleLinear([0, Math.max(1, highest)], [...plot.y]).nice()
  return { scale, ticks: scale.ticks(5), label }
}
