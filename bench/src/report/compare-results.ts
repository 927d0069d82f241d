import type { BenchResult, CpuMicros, ResultRow } from '../result.js'
import type { BenchId } from '../targets.js'
import { figure } from './numbers.js'

/** One id in two results. */
export interface RowChange {
  readonly id: BenchId
  readonly before: number | null
  readonly after: number | null
  /** `same` when the ranges of the pairs overlap: the difference may be noise. */
  readonly verdict: 'better' | 'worse' | 'same' | 'not comparable'
  /** CPU microseconds an operation on our side, all processes together. */
  readonly cpuBefore: number | null
  readonly cpuAfter: number | null
}

/** Compares the ids that either result has. */
export function compareResults(before: BenchResult, after: BenchResult): readonly RowChange[] {
  const rowIn = (result: BenchResult, id: BenchId): ResultRow | undefined => result.results.find((row) => row.id === id)
  const ids = new Set([...before.results, ...after.results].map(({ id }) => id))
  return [...ids].map((id) => changeOf(id, rowIn(before, id), rowIn(after, id)))
}

function changeOf(id: BenchId, before: ResultRow | undefined, after: ResultRow | undefined): RowChange {
  return {
    id,
    before: before?.ratio ?? null,
    after: after?.ratio ?? null,
    verdict: verdictOf(before, after),
    cpuBefore: cpuOf(before),
    cpuAfter: cpuOf(after),
  }
}

function verdictOf(before: ResultRow | undefined, after: ResultRow | undefined): RowChange['verdict'] {
  if (before?.status !== 'measured' || after?.status !== 'measured') return 'not comparable'
  if (after.min <= before.max && before.min <= after.max) return 'same'
  const rose = after.ratio > before.ratio
  return rose === (after.better === 'higher') ? 'better' : 'worse'
}

function cpuOf(row: ResultRow | undefined): number | null {
  return row?.status === 'measured' ? sumOf(row.cpuMicrosPerOp.ours) : null
}

function sumOf(cpu: CpuMicros): number {
  return Object.values(cpu).reduce((sum, micros) => sum + micros, 0)
}

/** The changes as a table. */
export function changesForPeople(changes: readonly RowChange[]): string {
  const line = ({ id, before, after, verdict, cpuBefore, cpuAfter }: RowChange): string =>
    `${id}  ${figure(before).padStart(7)} -> ${figure(after).padStart(7)}  ${verdict.padEnd(14)}` +
    `  CPU µs an operation ${figure(cpuBefore)} -> ${figure(cpuAfter)}`
  return `${changes.map(line).join('\n')}\n`
}
