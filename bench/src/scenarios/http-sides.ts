import type { Bench } from '../bench.js'
import { compareSides } from '../driver/compare-sides.js'
import type { MeasuredRun } from '../driver/measure-work.js'
import { runRounds, type Side, type SideRuns } from '../driver/rounds.js'
import type { Baseline } from '../load/baseline.js'
import { GeneratorMissing } from '../load/run-generator.js'
import { runWrk, type WrkOptions, type WrkRun } from '../load/wrk.js'
import { type NamedProcesses, startCpuClock } from '../measure/cpu-clock.js'
import type { RunFigures } from '../result.js'
import type { Findings } from '../scenario.js'
import type { Target } from '../targets.js'

/** Runs wrk and counts the CPU time of the server's processes and of wrk. */
export async function measureWrk(
  processes: NamedProcesses,
  options: WrkOptions,
): Promise<{ readonly wrk: WrkRun; readonly figures: RunFigures }> {
  const cpu = startCpuClock(processes)
  const wrk = await runWrk(options)
  const { requests, seconds } = wrk
  if (wrk.broken > 0) throw new Error(`${wrk.broken} of ${requests} requests to ${options.origin} got no answer`)
  const generator = Math.round((wrk.cpuMicros / requests) * 10) / 10
  return {
    wrk,
    figures: {
      value: requests / seconds,
      operations: requests,
      seconds,
      cpuMicrosPerOp: { ...cpu.perOperation(requests), wrk: generator },
      stealPercent: cpu.stealPercent(),
    },
  }
}

/** A side that is plain Express. */
export function baselineSide(name: string, baseline: Baseline, options: Omit<WrkOptions, 'origin'>): Side {
  return {
    name,
    async run(): Promise<MeasuredRun> {
      const { wrk, figures } = await measureWrk({ express: baseline.pid }, { ...options, origin: baseline.origin })
      const detail = `${wrk.refused} of ${wrk.requests} were not`
      const checks = [{ name: 'every request was answered with 200', ok: wrk.refused === 0, detail }]
      return { figures, invariants: { run: name, ok: wrk.refused === 0, checks }, further: {} }
    },
  }
}

/** Compares two sides, or says that wrk is missing. */
export async function compareHttp(
  bench: Bench,
  id: string,
  sides: readonly [Side, Side],
  target: Target,
): Promise<Findings> {
  try {
    const { sides: measured, invariants } = await runRounds(bench, id, sides)
    const [ours, theirs] = measured as [SideRuns, SideRuns]
    return { comparisons: [compareSides(ours, theirs, target)], invariants, skipped: [], details: {} }
  } catch (error) {
    if (!(error instanceof GeneratorMissing)) throw error
    return { comparisons: [], invariants: [], skipped: [{ name: 'wrk', reason: error.message }], details: {} }
  }
}
