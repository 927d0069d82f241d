import type { Check } from 'seckill-store/invariants'
import type { BenchId } from './targets.js'

/** CPU microseconds per operation, by process. */
export type CpuMicros = Readonly<Record<string, number>>

/** The invariants a run was checked against. */
export interface RunInvariants {
  /** The run: its contender and its number. */
  readonly run: string
  readonly ok: boolean
  readonly checks: readonly Check[]
}

/** One measurement of one side. */
export interface RunFigures {
  /** In the unit of its ratio. */
  readonly value: number
  readonly operations: number
  readonly seconds: number
  readonly cpuMicrosPerOp: CpuMicros
  /** Resident memory at the end of the run, in MiB, by process; absent where it was not looked at. */
  readonly residentMiB?: Readonly<Record<string, number>>
  /** Share of the machine's time that other machines took, in percent. */
  readonly stealPercent: number
}

/** The runs of one contender and their median. */
export interface SideFigures {
  readonly name: string
  readonly median: number
  readonly min: number
  readonly max: number
  readonly cpuMicrosPerOp: CpuMicros
  readonly runs: readonly RunFigures[]
}

/** One comparison: the ratio of each pair of runs, and both sides. */
export interface Comparison {
  readonly ratio: number
  readonly min: number
  readonly max: number
  readonly pairs: readonly number[]
  /** `null` where the comparison is shown without a target. */
  readonly target: number | null
  readonly met: boolean
  readonly ours: SideFigures
  readonly theirs: SideFigures
}

/** A contender that could not take part, and what would let it. */
export interface Skipped {
  readonly name: string
  readonly reason: string
}

/** The measurement for one id of the table. */
export interface MeasuredRow {
  readonly id: BenchId
  readonly status: 'measured'
  readonly title: string
  readonly unit: string
  readonly better: 'higher' | 'lower'
  readonly ratio: number
  readonly min: number
  readonly max: number
  readonly target: number
  readonly met: boolean
  /** Medians, in `unit`. */
  readonly ours: number
  readonly theirs: number
  readonly oursName: string
  readonly theirsName: string
  readonly cpuMicrosPerOp: { readonly ours: CpuMicros; readonly theirs: CpuMicros }
  /** Every comparison of this id; the row's own figures are those of the one that decides. */
  readonly comparisons: readonly Comparison[]
  readonly invariants: readonly RunInvariants[]
  readonly skipped: readonly Skipped[]
  /** Further figures, by name. */
  readonly details: Readonly<Record<string, unknown>>
  readonly seconds: number
}

/** An id without a number, and why: nothing to compare with, a run that broke an invariant, or an error. */
export interface EmptyRow {
  readonly id: BenchId
  readonly status: 'skipped' | 'broken' | 'failed'
  readonly title: string
  readonly target: number
  readonly met: false
  readonly ratio: null
  readonly min: null
  readonly max: null
  readonly ours: null
  readonly theirs: null
  readonly cpuMicrosPerOp: null
  readonly reason: string
  readonly invariants: readonly RunInvariants[]
  readonly skipped: readonly Skipped[]
}

export type ResultRow = MeasuredRow | EmptyRow

/** The size of a benchmark; `smoke` proves that it runs, and its figures mean nothing. */
export type BenchSize = 'smoke' | 'quick' | 'full'

/** The machine and the servers of a benchmark. */
export interface Surroundings {
  readonly cpu: string
  readonly cores: number
  readonly memoryMiB: number
  readonly kernel: string
  readonly versions: Readonly<Record<string, string>>
  readonly durability: Readonly<Record<string, string>>
  /** Limits of servers that were raised for every contender. */
  readonly limits: Readonly<Record<string, string>>
  readonly terms: Readonly<Record<string, number>>
}

/** A result file. */
export interface BenchResult {
  readonly format: 1
  readonly size: BenchSize
  readonly startedAt: string
  readonly seconds: number
  /** The commit it measured; with a `+` when the working tree differed from it. */
  readonly commit: string
  readonly surroundings: Surroundings
  readonly results: readonly ResultRow[]
}
