import type { Bench } from './bench.js'
import type { Comparison, RunInvariants, Skipped } from './result.js'
import type { BenchId } from './targets.js'

/** One row of the table. */
export interface Scenario {
  readonly id: BenchId
  run(bench: Bench): Promise<Findings>
}

/** The findings of a scenario. */
export interface Findings {
  /** The first one decides. Empty when nothing could be compared, which `skipped` explains. */
  readonly comparisons: readonly Comparison[]
  readonly invariants: readonly RunInvariants[]
  readonly skipped: readonly Skipped[]
  readonly details: Readonly<Record<string, unknown>>
  /** Further conditions of the target, beside the ratio. */
  readonly also?: boolean
}
