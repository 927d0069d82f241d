import type { Bench } from '../bench.js'
import { compareSides } from '../driver/compare-sides.js'
import type { MeasuredRun } from '../driver/measure-work.js'
import { runRounds, type SideRuns } from '../driver/rounds.js'
import { fitLine, median } from '../driver/statistics.js'
import type { CpuMicros, RunFigures } from '../result.js'
import { type BenchSale, openBenchSale } from '../sale/bench-sale.js'
import { rushAtOnce } from '../sale/saturating-rush.js'
import type { Scenario } from '../scenario.js'
import { targets } from '../targets.js'

/** Units for sale, as a share of the shoppers. */
export const stockShare = 0.1
/** The least R² of a straight line through the times. */
const leastR2 = 0.99

/** Throughput of rushes of different sizes, each at its maximum rate. */
export const growthOfARush: Scenario = {
  id: 'S1',
  async run(bench) {
    const sizes = bench.sizes.rushes
    const sale = await openBenchSale(bench, { users: Math.max(...sizes) })
    try {
      const [small = 0, large = 0] = sizes.slice(-2)
      const side = (shoppers: number) => ({
        name: `a rush of ${shoppers.toLocaleString('en-US')}`,
        run: () => measureRush(bench, sale, shoppers),
      })
      const { sides, invariants } = await runRounds(bench, 'S1', [side(large), side(small)])
      const [ours, theirs] = sides as [SideRuns, SideRuns]
      const byShoppers = [sizeFigures(large, ours.runs), sizeFigures(small, theirs.runs)]
      for (const shoppers of sizes.slice(0, -2)) {
        const { figures } = await measureRush(bench, sale, shoppers)
        bench.log(`S1  a rush of ${shoppers}: ${figures.seconds.toFixed(2)} s`)
        byShoppers.push(sizeFigures(shoppers, [figures]))
      }
      const line = fitLine(byShoppers.map(({ shoppers, seconds }) => [shoppers, seconds]))
      return {
        comparisons: [compareSides(ours, theirs, targets.S1)],
        invariants,
        skipped: [],
        details: { byShoppers: byShoppers.toSorted((a, b) => a.shoppers - b.shoppers), line },
        also: line.r2 >= leastR2,
      }
    } finally {
      await sale.close()
    }
  },
}

/** A rush of one size. */
export interface RushSizeFigures {
  readonly shoppers: number
  readonly seconds: number
  readonly cpuMicrosPerShopper: CpuMicros
}

function sizeFigures(shoppers: number, runs: readonly RunFigures[]): RushSizeFigures {
  const seconds = Math.round(median(runs.map((run) => run.seconds)) * 1_000) / 1_000
  return { shoppers, seconds, cpuMicrosPerShopper: runs.at(-1)?.cpuMicrosPerOp ?? {} }
}

async function measureRush(bench: Bench, sale: BenchSale, shoppers: number): Promise<MeasuredRun> {
  const stock = Math.ceil(shoppers * stockShare)
  const rush = await rushAtOnce(bench, sale, { shoppers, stock })
  await bench.cleaner.clean(rush.voucherId)
  const { seconds, cpuMicrosPerOp, stealPercent } = rush
  const { checks } = rush.certificate.invariants
  return {
    figures: { value: shoppers / seconds, operations: shoppers, seconds, cpuMicrosPerOp, stealPercent },
    invariants: { run: `a rush of ${shoppers}`, ok: true, checks },
    further: {},
  }
}
