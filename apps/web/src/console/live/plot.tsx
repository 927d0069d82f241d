import 'uplot/dist/uPlot.min.css'
import { useEffect, useRef } from 'preact/hooks'
import UPlot from 'uplot'
import type { Columns } from './history.js'

/** One line of a plot; a dash tells it apart without its colour. */
export interface Line {
  readonly label: string
  /** The name of a custom property of the design. */
  readonly color: string
  readonly dash?: readonly number[]
}

interface PlotProps {
  readonly title: string
  readonly unit: string
  readonly lines: readonly Line[]
  readonly columns: Columns
}

const height = 180

function colorOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}

/** The colours of a canvas are fixed when it is drawn, and `light-dark()` is no colour to it. */
function paint(name: string): string {
  const probe = document.createElement('span')
  probe.style.color = colorOf(name)
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

function optionsOf({ lines, unit }: Pick<PlotProps, 'lines' | 'unit'>, width: number): UPlot.Options {
  const axis = { stroke: paint('--quiet'), grid: { stroke: paint('--line'), width: 1 }, ticks: { show: false } }
  return {
    width,
    height,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_plot, _least, most) => [0, Math.max(1, (most ?? 0) * 1.1)] } },
    axes: [
      { ...axis, space: 90 },
      { ...axis, size: 60, values: (_plot, splits) => splits.map((value) => `${short(value)}${unit}`) },
    ],
    series: [
      {},
      ...lines.map(({ label, color, dash }) => {
        return { label, stroke: paint(color), width: 2, points: { show: false }, ...(dash && { dash: [...dash] }) }
      }),
    ],
  }
}

function short(value: number): string {
  return value >= 10_000 ? `${Math.round(value / 1_000)}k` : String(Math.round(value * 10) / 10)
}

/** A live plot, with its last values in words. */
export function Plot({ title, unit, lines, columns }: PlotProps) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot | undefined>(undefined)
  const data = columns as unknown as UPlot.AlignedData
  const latest = useRef(data)
  latest.current = data
  useEffect(() => {
    const element = place.current
    if (element === null) return
    const draw = () => {
      plot.current?.destroy()
      plot.current = new UPlot(optionsOf({ lines, unit }, element.clientWidth), latest.current, element)
    }
    draw()
    const theme = matchMedia('(prefers-color-scheme: dark)')
    theme.addEventListener('change', draw)
    const size = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height }))
    size.observe(element)
    return () => {
      theme.removeEventListener('change', draw)
      size.disconnect()
      plot.current?.destroy()
    }
  }, [lines, unit])
  useEffect(() => plot.current?.setData(data), [data])
  return (
    <figure class="plot">
      <figcaption>
        <h2>{title}</h2>
        <ul>
          {lines.map(({ label, color }, at) => (
            <li key={label}>
              <span class={`key ${color.slice(2)}`} aria-hidden="true" />
              {label} <strong>{lastOf(columns[at + 1] ?? [], unit)}</strong>
            </li>
          ))}
        </ul>
      </figcaption>
      <div ref={place} aria-hidden="true" />
    </figure>
  )
}

function lastOf(values: readonly (number | null)[], unit: string): string {
  const last = values.at(-1)
  return last == null ? '–' : `${short(last)}${unit}`
}
