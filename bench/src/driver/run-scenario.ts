import type { Bench } from '../bench.js'
import type { EmptyRow, MeasuredRow, ResultRow, RunInvariants } from '../result.js'
import type { Findings, Scenario } from '../scenario.js'
import { type BenchId, targets } from '../targets.js'
import { BrokenRun } from './broken-run.js'

/** Runs one scenario; one that breaks an invariant or fails leaves its row without a number, and the others go on. */
export async function runScenario(bench: Bench, scenario: Scenario): Promise<ResultRow> {
  const startedAt = performance.now()
  try {
    const findings = await scenario.run(bench)
    return rowOf(scenario.id, findings, (performance.now() - startedAt) / 1_000)
  } catch (error) {
    bench.signal.throwIfAborted()
    await bench.cleaner.abandon()
    const reason = error instanceof Error ? error.message : String(error)
    if (!(error instanceof BrokenRun)) return emptyRow(scenario.id, 'failed', { reason })
    const invariants = [{ run: error.run, ok: false, checks: error.checks }]
    return emptyRow(scenario.id, 'broken', { reason, invariants })
  }
}

function rowOf(id: BenchId, findings: Findings, seconds: number): ResultRow {
  const { comparisons, invariants, skipped, details, also = true } = findings
  const [deciding] = comparisons
  if (deciding === undefined) {
    const reason = skipped.map((one) => `${one.name}: ${one.reason}`).join('; ')
    return { ...emptyRow(id, 'skipped', { reason, invariants }), skipped }
  }
  const { title, unit, better, target } = targets[id]
  const { ratio, min, max, met, ours, theirs } = deciding
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

interface Why {
  readonly reason: string
  readonly invariants?: readonly RunInvariants[]
}

function emptyRow(id: BenchId, status: EmptyRow['status'], { reason, invariants = [] }: Why): EmptyRow {
  const { title, target } = targets[id]
  const nothing = { ratio: null, min: null, max: null, ours: null, theirs: null, cpuMicrosPerOp: null }
  return { id, status, title, target, met: false, ...nothing, reason, invariants, skipped: [] }
}
