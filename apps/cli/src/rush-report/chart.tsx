import type { ScaleContinuousNumeric } from 'd3-scale'
import { line } from 'd3-shape'
import type { ComponentChildren } from 'preact'
import { figure } from '../output/numbers.js'

const width = 720
const height = 260
const margin = { top: 28, right: 24, bottom: 36, left: 64 } as const

/** The horizontal and the vertical extent of a chart's plot, in SVG units from its left and its upper edge. */
export const plot = {
  x: [margin.left, width - margin.right],
  y: [height - margin.bottom, margin.top],
} as const

type Scale = Pick<ScaleContinuousNumeric<number, number>, never> & ((value: number) => number | undefined)

/** One axis: its scale, the values that are marked, and their texts. */
export interface Axis {
  readonly scale: Scale
  readonly ticks: readonly number[]
  readonly text?: (tick: number) => string
  readonly label: string
}

/** One line of a chart; a baseline is dashed. */
export interface Series {
  readonly name: string
  readonly colour: number
  readonly points: readonly (readonly [x: number, y: number])[]
  readonly dashed?: boolean
}

interface ChartProps {
  readonly title: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
  /** Areas below the lines. */
  readonly children?: ComponentChildren
}

/** A chart of lines over two axes, with its legend. */
export function Chart({ title, x, y, series, children }: ChartProps) {
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={title}>
        {y.ticks.map((tick) => (
          <g key={tick}>
            <line class="grid" x1={plot.x[0]} x2={plot.x[1]} y1={y.scale(tick)} y2={y.scale(tick)} />
            <text x={plot.x[0] - 8} y={(y.scale(tick) ?? 0) + 4} text-anchor="end">
              {textOf(y, tick)}
            </text>
          </g>
        ))}
        {x.ticks.map((tick) => (
          <text key={tick} x={x.scale(tick)} y={plot.y[0] + 16} text-anchor="middle">
            {textOf(x, tick)}
          </text>
        ))}
        <text x={plot.x[1]} y={height - 4} text-anchor="end" class="axis">
          {x.label}
        </text>
        <text x={4} y={12} class="axis">
          {y.label}
        </text>
        {children}
        {series.map((one) => (
          <path
            key={one.name}
            class={`line c${one.colour}${one.dashed === true ? ' dashed' : ''}`}
            d={pathOf(one, x, y)}
          />
        ))}
      </svg>
      <Legend entries={series} />
    </figure>
  )
}

/** The names of lines or areas, each with its colour. */
export function Legend({ entries }: { readonly entries: readonly Pick<Series, 'name' | 'colour' | 'dashed'>[] }) {
  return (
    <ul class="legend">
      {entries.map(({ name, colour, dashed }) => (
        <li key={name}>
          <span class={`key c${colour}${dashed === true ? ' dashed' : ''}`} />
          {name}
        </li>
      ))}
    </ul>
  )
}

function textOf({ text = figure }: Axis, tick: number): string {
  return text(tick)
}

function pathOf({ points }: Series, x: Axis, y: Axis): string {
  const path = line<readonly [number, number]>(
    ([value]) => x.scale(value) ?? 0,
    ([, value]) => y.scale(value) ?? 0,
  )
  return path(points) ?? ''
}
