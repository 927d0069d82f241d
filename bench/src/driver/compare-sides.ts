import type { Comparison, CpuMicros, RunFigures, SideFigures } from '../result.js'
import { isMet, type Target } from '../targets.js'
import { median } from './statistics.js'

/** Puts the runs of two sides, pair by pair, into one comparison. */
export function compareSides(
  ours: { readonly name: string; readonly runs: readonly RunFigures[] },
  theirs: { readonly name: string; readonly runs: readonly RunFigures[] },
  target: Pick<Target, 'target' | 'better'>,
): Comparison {
  const pairs = ours.runs.map(({ value }, index) => {
    const other = theirs.runs[index]
    if (other === undefined) throw new RangeError(`${theirs.name} has fewer runs than ${ours.name}.`)
    return value / other.value
  })
  const ratio = median(pairs)
  return {
    ratio: rounded(ratio),
    min: rounded(Math.min(...pairs)),
    max: rounded(Math.max(...pairs)),
    pairs: pairs.map(rounded),
    target: target.target,
    met: isMet(target, ratio),
    ours: sideOf(ours),
    theirs: sideOf(theirs),
  }
}

function sideOf({ name, runs }: { readonly name: string; readonly runs: readonly RunFigures[] }): SideFigures {
  const values = runs.map(({ value }) => value)
  return {
    name,
    median: rounded(median(values)),
    min: rounded(Math.min(...values)),
    max: rounded(Math.max(...values)),
    cpuMicrosPerOp: medianCpu(runs),
    runs,
  }
}

function medianCpu(runs: readonly RunFigures[]): CpuMicros {
  const names = new Set(runs.flatMap(({ cpuMicrosPerOp }) => Object.keys(cpuMicrosPerOp)))
  return Object.fromEntries(
    [...names].map((name) => [name, rounded(median(runs.map(({ cpuMicrosPerOp }) => cpuMicrosPerOp[name] ?? 0)))]),
  )
}

/** Four significant digits: more than any run repeats. */
function rounded(value: number): number {
  return Number(value.toPrecision(4))
}
