import type { Bench } from '../bench.js'
import { openPeerContender } from '../contenders/peer-contender.js'
import { compareContenders } from '../driver/compare-contenders.js'
import { measureWork } from '../driver/measure-work.js'
import type { SideRuns } from '../driver/rounds.js'
import { median } from '../driver/statistics.js'
import { type laneCounts, purchaseRunsOf } from '../peers/index.js'
import type { CpuMicros, RunFigures } from '../result.js'
import type { Scenario } from '../scenario.js'
import { ordersFor } from '../sizes.js'
import { targets } from '../targets.js'

/** The gain of lanes: the sale's purchase workflow with 128 lanes and with one, and once with other numbers. */
export const lanesInARun: Scenario = {
  id: 'E3',
  async run(bench) {
    const findings = await compareContenders(bench, {
      id: 'E3',
      ours: () => openPeerContender(bench, purchaseRunsOf(128)),
      theirs: [purchaseRunsOf(1)],
      target: targets.E3,
    })
    const [many, one] = findings.sides as [SideRuns, SideRuns]
    const byLanes = [laneFigures(1, one.runs), laneFigures(128, many.runs)]
    for (const lanes of bench.sizes.laneSweep) byLanes.push(laneFigures(lanes, [await measureOnce(bench, lanes)]))
    const sorted = byLanes.toSorted((a, b) => a.lanes - b.lanes)
    return { ...findings, details: { ...findings.details, byLanes: sorted } }
  },
}

/** Throughput with so many lanes a run. */
export interface LaneFigures {
  readonly lanes: number
  readonly ordersPerSecond: number
  readonly cpuMicrosPerOrder: CpuMicros
}

function laneFigures(lanes: number, runs: readonly RunFigures[]): LaneFigures {
  const ordersPerSecond = Math.round(median(runs.map(({ value }) => value)) * 10) / 10
  return { lanes, ordersPerSecond, cpuMicrosPerOrder: runs.at(-1)?.cpuMicrosPerOp ?? {} }
}

async function measureOnce(bench: Bench, lanes: (typeof laneCounts)[number]): Promise<RunFigures> {
  const contender = await openPeerContender(bench, purchaseRunsOf(lanes))
  try {
    const orders = ordersFor(bench.sizes, contender.roughly)
    if (bench.sizes.warmUp) await measureWork(bench, contender, orders)
    const { figures } = await measureWork(bench, contender, orders)
    bench.log(`E3  ${contender.name}: ${Math.round(figures.value)} orders/s`)
    return figures
  } finally {
    await contender.close()
  }
}
