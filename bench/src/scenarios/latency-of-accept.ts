import { runRush } from 'seckill-cli/rush'
import type { Bench } from '../bench.js'
import { percentile } from '../driver/statistics.js'
import { startCpuClock } from '../measure/cpu-clock.js'
import type { RunFigures, RunInvariants } from '../result.js'
import { type BenchSale, openBenchSale } from '../sale/bench-sale.js'
import { maximumRate } from '../sale/maximum-rate.js'
import { buyQuietly } from '../sale/quiet-purchases.js'
import { rushConnections } from '../sale/saturating-rush.js'
import { watchVisible } from '../sale/watch-visible.js'
import type { Scenario } from '../scenario.js'
import { compareWithLimit } from './limits.js'

const acceptLimitMs = 10
const visibleLimitMs = 250
const quietLimitMs = 100

/** Latency of accept at half of the maximum rate, from the moment of the planned request; and on an idle system. */
export const latencyOfAccept: Scenario = {
  id: 'S2',
  async run(bench) {
    const { latencySeconds, rushes, pairs } = bench.sizes
    const sale = await openBenchSale(bench, { users: Math.max(...rushes) })
    try {
      const maximum = await maximumRate(bench, sale)
      const rate = Math.floor(maximum / 2)
      bench.log(`S2  at most ${Math.round(maximum)} purchases/s; half of it is ${rate}/s`)
      const runs: HalfRateRun[] = []
      for (let run = 0; run < pairs; run++) {
        const measured = await rushAtRate(bench, sale, rate, Math.floor(rate * latencySeconds))
        bench.log(`S2  accept p99 ${measured.accept.value} ms, order visible p99 ${measured.visible.value} ms`)
        runs.push(measured)
      }
      const quiet = await buyQuietly(bench, sale)
      return {
        comparisons: [
          compareWithLimit(
            'p99 of accept',
            runs.map(({ accept }) => accept),
            acceptLimitMs,
          ),
          compareWithLimit(
            'p99 from accept to order visible',
            runs.map(({ visible }) => visible),
            visibleLimitMs,
          ),
          compareWithLimit('p99 of one purchase on an idle system', [quiet.figures], quietLimitMs),
        ],
        invariants: [...runs.map(({ invariants }) => invariants), quiet.invariants],
        skipped: [],
        details: { maximumRate: Math.round(maximum), rate, quietMs: quiet.percentiles },
        also: runs.every(({ visible }) => visible.value <= visibleLimitMs) && quiet.figures.value <= quietLimitMs,
      }
    } finally {
      await sale.close()
    }
  },
}

interface HalfRateRun {
  readonly accept: RunFigures
  readonly visible: RunFigures
  readonly invariants: RunInvariants
}

async function rushAtRate(bench: Bench, sale: BenchSale, rate: number, shoppers: number): Promise<HalfRateRun> {
  const voucherId = await sale.putOnSale(shoppers)
  const cpu = startCpuClock(await sale.processes())
  const rush = {
    shoppers,
    firstUser: 1,
    duplicates: 0,
    bad: 0,
    rate,
    connections: rushConnections,
    apiUrl: sale.sale.api.url,
    secret: sale.sale.secret,
    voucherId,
    signal: bench.signal,
  }
  let watch: ReturnType<typeof watchVisible> | undefined
  const report = await runRush(rush, {
    onSigned: (signed) => {
      // The clock of the rush starts when the last token is signed.
      if (signed === shoppers) watch = watchVisible(bench.db, { voucherId, shoppers, rate, startedAt: Date.now() })
    },
  })
  const latencies = (await watch?.latencies()) ?? []
  const { p99 } = report.acceptLatencyMs
  if (p99 === null) throw new Error(`No shopper was accepted: ${JSON.stringify(report.results)}`)
  const common = {
    operations: shoppers,
    seconds: report.seconds,
    cpuMicrosPerOp: cpu.perOperation(shoppers),
    stealPercent: cpu.stealPercent(),
  }
  const { invariants } = await sale.certify(voucherId, 'a rush at half of the maximum rate')
  await bench.cleaner.clean(voucherId)
  return {
    accept: { ...common, value: p99 },
    visible: { ...common, value: percentile(latencies, 0.99) },
    invariants: { run: 'a rush at half of the maximum rate', ok: true, checks: invariants.checks },
  }
}
