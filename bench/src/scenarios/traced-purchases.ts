import type { Bench } from '../bench.js'
import { compareSides } from '../driver/compare-sides.js'
import type { MeasuredRun } from '../driver/measure-work.js'
import { runRounds, type Side, type SideRuns } from '../driver/rounds.js'
import { startCollector } from '../load/collector.js'
import { openBenchSale } from '../sale/bench-sale.js'
import { rushAtOnce } from '../sale/saturating-rush.js'
import type { Scenario } from '../scenario.js'
import { targets } from '../targets.js'

/** CPU time of API and worker for a purchase, from its request to its order: with traces of which none is sampled, and without any. */
export const tracedPurchases: Scenario = {
  id: 'T1',
  async run(bench) {
    const collector = await startCollector()
    try {
      const traced = (sampler: string) => ({
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
        OTEL_TRACES_SAMPLER: sampler,
      })
      const sides = [
        side(bench, 'a collector, no purchase traced', traced('always_off')),
        side(bench, 'no collector', {}),
        side(bench, 'a collector, every purchase traced', traced('always_on')),
      ]
      const { sides: measured, invariants } = await runRounds(bench, 'T1', sides)
      const [unsampled, off, all] = measured as [SideRuns, SideRuns, SideRuns]
      const comparisons = [unsampled, all].map((ours) => compareSides(ours, off, targets.T1))
      return { comparisons, invariants, skipped: [], details: {} }
    } finally {
      collector.close()
    }
  },
}

function side(bench: Bench, name: string, env: Readonly<Record<string, string>>): Side {
  return { name, run: () => rushWith(bench, name, env) }
}

/** Two rushes of new processes, of which the second counts. */
async function rushWith(bench: Bench, name: string, env: Readonly<Record<string, string>>): Promise<MeasuredRun> {
  const shoppers = bench.sizes.rushes.at(-1) ?? 0
  const sale = await openBenchSale(bench, { users: shoppers, apiEnv: env, workerEnv: env })
  try {
    const warmUp = await rushAtOnce(bench, sale, { shoppers, stock: shoppers })
    const { voucherId, seconds, cpuMicrosPerOp, stealPercent, certificate } = await rushAtOnce(bench, sale, {
      shoppers,
      stock: shoppers,
    })
    await bench.cleaner.clean(warmUp.voucherId, voucherId)
    const value = (cpuMicrosPerOp.api ?? 0) + (cpuMicrosPerOp.worker ?? 0)
    const { checks } = certificate.invariants
    return {
      figures: { value, operations: shoppers, seconds, cpuMicrosPerOp, stealPercent },
      invariants: { run: name, ok: true, checks },
      further: {},
    }
  } finally {
    await sale.close()
  }
}
