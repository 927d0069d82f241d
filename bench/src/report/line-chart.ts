/** A chart of lines on logarithmic axes. */
export interface LineChart {
  readonly title: string
  readonly xLabel: string
  readonly yLabel: string
  readonly series: readonly { readonly name: string; readonly points: readonly (readonly [x: number, y: number])[] }[]
}

const width = 720
const height = 420
const leftMargin = 80
const rightMargin = 150
const topMargin = 40
const bottomMargin = 50
/** Distinguishable also without colours by the names at the lines' ends (Okabe and Ito). */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'] as const

/** One axis: its powers of ten, and where a value is on it. */
interface Axis {
  readonly ticks: readonly number[]
  at(value: number): number
}

/** Draws the chart as SVG; values that are not above zero have no place on it and are left out. */
export function lineChart({ title, xLabel, yLabel, series }: LineChart): string {
  const drawn = series.map(({ name, points }) => ({ name, points: points.filter(([x, y]) => x > 0 && y > 0) }))
  const all = drawn.flatMap(({ points }) => points)
  if (all.length === 0) throw new RangeError(`The chart ${title} has no values above zero.`)
  const x = axis(
    all.map(([value]) => value),
    [leftMargin, width - rightMargin],
  )
  const y = axis(
    all.map(([, value]) => value),
    [height - bottomMargin, topMargin],
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    text(width / 2, 20, title, 'middle'),
    text((leftMargin + width - rightMargin) / 2, height - 12, xLabel, 'middle'),
    text(leftMargin - 60, topMargin - 12, yLabel, 'start'),
    ...x.ticks.map((tick) => grid(x.at(tick), topMargin, x.at(tick), height - bottomMargin)),
    ...x.ticks.map((tick) => text(x.at(tick), height - bottomMargin + 16, number.format(tick), 'middle')),
    ...y.ticks.map((tick) => grid(leftMargin, y.at(tick), width - rightMargin, y.at(tick))),
    ...y.ticks.map((tick) => text(leftMargin - 8, y.at(tick) + 4, number.format(tick), 'end')),
    ...drawn.flatMap(({ name, points }, index) => line(name, points, { x, y, colour: colourOf(index) })),
    '</svg>',
    '',
  ].join('\n')
}

const number = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 })

function colourOf(index: number): string {
  return colours[index % colours.length] ?? colours[0]
}

function axis(values: readonly number[], [from, to]: readonly [number, number]): Axis {
  const low = Math.floor(Math.log10(Math.min(...values)))
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))))
  return {
    ticks: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)),
    at: (value) => Math.round((from + ((Math.log10(value) - low) / (high - low)) * (to - from)) * 10) / 10,
  }
}

function line(
  name: string,
  points: readonly (readonly [number, number])[],
  { x, y, colour }: { readonly x: Axis; readonly y: Axis; readonly colour: string },
): readonly string[] {
  const places = points.map(([px, py]) => [x.at(px), y.at(py)] as const)
  const [lastX, lastY] = places.at(-1) ?? [leftMargin, topMargin]
  const path = places.map((place) => place.join(',')).join(' ')
  return [
    `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...places.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`),
    text(lastX + 8, lastY + 4, name, 'start', colour),
  ]
}

function grid(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="#ddd"/>`
}

function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end', fill = '#222'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${fill}">${escaped(content)}</text>`
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
