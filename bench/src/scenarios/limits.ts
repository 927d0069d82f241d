import { compareSides } from '../driver/compare-sides.js'
import type { Comparison, RunFigures } from '../result.js'

/** Compares measured values with a limit that they should stay below: the ratio is the share of the limit that is used. */
export function compareWithLimit(name: string, runs: readonly RunFigures[], limit: number): Comparison {
  const { operations, seconds } = runs[0] ?? { operations: 0, seconds: 0 }
  const fixed: RunFigures = { value: limit, operations, seconds, cpuMicrosPerOp: {}, stealPercent: 0 }
  const theirs = { name: `limit of ${limit}`, runs: runs.map(() => fixed) }
  return compareSides({ name, runs }, theirs, { better: 'lower', target: 1 })
}
