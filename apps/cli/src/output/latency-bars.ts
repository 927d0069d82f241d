import type { LatencyRange } from '../rush/index.js'
import { duration, figure } from './numbers.js'

const longestBar = 40

/** A histogram for the terminal, one line a range; the bar of the fullest range has 40 characters. */
export function latencyBars(ranges: readonly LatencyRange[]): readonly string[] {
  const most = Math.max(...ranges.map(({ count }) => count))
  const counts = ranges.map(({ count }) => figure(count))
  const widest = Math.max(...counts.map((text) => text.length))
  return ranges.map(({ upToMs, count }, index) => {
    const bar = '█'.repeat(Math.round((longestBar * count) / most)) || (count > 0 ? '▏' : '')
    return `≤ ${duration(upToMs).padStart(7)}  ${counts[index]?.padStart(widest)}  ${bar}`.trimEnd()
  })
}
