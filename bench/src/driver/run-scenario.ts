import type { Bench } from '../bench.js'
import type { EmptyRow, MeasuredRow, ResultRow } from '../result.js'
import type { Findings, Scenario } from '../scenario.js'
import { type BenchId, TARGETS } from '../targets.js'
import { BrokenRun } from './broken-run.js'

/** Runs one scenario; a run that broke an invariant leaves the row without a number. */
export async function runScenario(bench: Bench, scenario: Scenario): Promise<ResultRow> {
  const startedAt = performance.now()
  try {
    const findings = await scenario.run(bench)
    return rowOf(scenario.id, findings, (performance.now() - startedAt) / 1_000)
  } catch (error) {
    if (bench.signal.aborted) throw error
    if (!(error instanceof BrokenRun)) throw new Error(`${scenario.id}: ${String(error)}`, { cause: error })
    const broken = { run: error.run, ok: false, checks: error.checks }
    return emptyRow(scenario.id, 'broken', error.message, { invariants: [broken], skipped: [] })
  }
}

function rowOf(id: BenchId, findings: Findings, seconds: number): ResultRow {
  const { comparisons, invariants, skipped, details, also = true } = findings
  const [deciding] = comparisons
  if (deciding === undefined) {
    const reason = skipped.map(({ name, reason }) => `${name}: ${reason}`).join('; ')
    return emptyRow(id, 'skipped', reason, { invariants, skipped })
  }
  const { title, unit, better } = TARGETS[id]
  const { ratio, min, max, target, met, ours, theirs } = deciding
  const row: MeasuredRow = {
    id,
    status: 'measured',
    title,
    unit,
    better,
    ratio,
    min,
    max,
    target,
    met: met && also,
    ours: ours.median,
    theirs: theirs.median,
    oursName: ours.name,
    theirsName: theirs.name,
    cpuMicrosPerOp: { ours: ours.cpuMicrosPerOp, theirs: theirs.cpuMicrosPerOp },
    comparisons,
    invariants,
    skipped,
    details,
    seconds: Math.round(seconds * 10) / 10,
  }
  return row
}

function emptyRow(
  id: BenchId,
  status: EmptyRow['status'],
  reason: string,
  { invariants, skipped }: Pick<EmptyRow, 'invariants' | 'skipped'>,
): EmptyRow {
  const { title, target } = TARGETS[id]
  const nothing = { ratio: null, min: null, max: null, ours: null, theirs: null, cpuMicrosPerOp: null }
  return { id, status, title, target, met: false, ...nothing, reason, invariants, skipped }
}
