import type { Bench } from '../bench.js'
import type { RunFigures, RunInvariants } from '../result.js'
import { roundsOf } from '../sizes.js'
import type { MeasuredRun } from './measure-work.js'

/** One side of a comparison: how a run of it is made. */
export interface Side {
  readonly name: string
  run(round: number): Promise<MeasuredRun>
}

/** The runs of a side, in order. */
export interface SideRuns {
  readonly name: string
  readonly runs: readonly RunFigures[]
  readonly further: Readonly<Record<string, number>>
}

export interface Rounds {
  readonly sides: readonly SideRuns[]
  readonly invariants: readonly RunInvariants[]
}

/**
 * Runs all sides in turn, A B A B, after a round that does not count; every second round goes backwards, so that no
 * side always follows the same one.
 */
export async function runRounds(bench: Bench, id: string, sides: readonly Side[]): Promise<Rounds> {
  const { pairs, warmUp } = bench.sizes
  const runs = new Map<Side, MeasuredRun[]>(sides.map((side) => [side, []]))
  const rounds = roundsOf(bench.sizes)
  for (let round = 0; round < rounds; round++) {
    const counts = !warmUp || round > 0
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      bench.signal.throwIfAborted()
      const run = await side.run(round)
      bench.log(`${id}  ${placeOf(round, warmUp, pairs)}  ${side.name}: ${describe(run.figures)}`)
      if (counts) runs.get(side)?.push(run)
    }
  }
  const finished = [...runs]
  return {
    sides: finished.map(([{ name }, measured]) => ({
      name,
      runs: measured.map(({ figures }) => figures),
      further: measured.at(-1)?.further ?? {},
    })),
    invariants: finished.flatMap(([{ name }, measured]) =>
      measured.map(({ invariants }, index) => ({ ...invariants, run: `${name}, run ${index + 1}` })),
    ),
  }
}

function placeOf(round: number, warmUp: boolean, pairs: number): string {
  if (warmUp && round === 0) return 'warm-up'
  return `pair ${warmUp ? round : round + 1}/${pairs}`
}

const figure = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 })

function describe({ value, operations, seconds, cpuMicrosPerOp }: RunFigures): string {
  const cpu = Object.entries(cpuMicrosPerOp)
    .filter(([, micros]) => micros > 0)
    .map(([name, micros]) => `${name} ${figure.format(micros)}`)
  const took = `${figure.format(operations)} in ${figure.format(seconds)} s`
  return `${figure.format(value)} (${took}; CPU µs each: ${cpu.join(', ')})`
}
