import type { Bench } from '../bench.js'
import { compareSides } from '../driver/compare-sides.js'
import { percentile } from '../driver/statistics.js'
import { admitAll } from '../load/admit-all.js'
import { startRushApart } from '../load/rush-apart.js'
import { startCpuClock } from '../measure/cpu-clock.js'
import type { RunFigures, RunInvariants } from '../result.js'
import { type ActKind, actEvenly, actKinds } from '../sale/acts-of-buyers.js'
import { type BenchSale, openBenchSale } from '../sale/bench-sale.js'
import { maximumRate } from '../sale/maximum-rate.js'
import { rushConnections } from '../sale/saturating-rush.js'
import { untilOrdered } from '../sale/until-ordered.js'
import { watchUnitsBack } from '../sale/watch-units-back.js'
import type { Scenario } from '../scenario.js'
import { targets } from '../targets.js'

/** Acts a second. */
const actRate = 60
const backLimitMs = 100

/** Starts of payments, cancels and reads of the status beside a rush at half of the maximum rate, and without it. */
export const actsInARush: Scenario = {
  id: 'A1',
  async run(bench) {
    const { acts, rushes, pairs } = bench.sizes
    const sale = await openBenchSale(bench, { users: Math.max(acts, ...rushes) })
    try {
      const rate = Math.floor((await maximumRate(bench, sale)) / 2)
      const quiet: MeasuredActs[] = []
      const beside: MeasuredActs[] = []
      for (let pair = 0; pair < pairs; pair++) {
        quiet.push(await actQuietly(bench, sale))
        beside.push(await actInRush(bench, sale, rate))
        const back = [quiet, beside].map((measured) => measured.at(-1)?.backMs)
        bench.log(`A1  units back on sale, p99: ${back[0]} ms, beside a rush of ${rate}/s ${back[1]} ms`)
      }
      const comparisons = actKinds.map((kind) =>
        compareSides(
          { name: `p99 of ${kind} beside a rush`, runs: beside.map(({ figures }) => figures[kind]) },
          { name: `p99 of ${kind} without it`, runs: quiet.map(({ figures }) => figures[kind]) },
          targets.A1,
        ),
      )
      const backMs = { quiet: quiet.map((one) => one.backMs), besideARush: beside.map((one) => one.backMs) }
      return {
        comparisons,
        invariants: [...quiet, ...beside].flatMap(({ invariants }) => invariants),
        skipped: [],
        details: { acts, actRate, rate, unitsBackP99Ms: backMs },
        also: comparisons.every(({ met }) => met) && backMs.quiet.every((ms) => ms <= backLimitMs),
      }
    } finally {
      await sale.close()
    }
  },
}

interface MeasuredActs {
  readonly voucherId: number
  /** The values are the 99th percentiles in milliseconds. */
  readonly figures: Readonly<Record<ActKind, RunFigures>>
  /** The 99th percentile of the time from the close of an order to its unit on sale, in milliseconds. */
  readonly backMs: number
  readonly invariants: readonly RunInvariants[]
}

async function actInRush(bench: Bench, sale: BenchSale, rate: number): Promise<MeasuredActs> {
  const shoppers = Math.min(Math.floor((rate * bench.sizes.acts) / actRate), Math.max(...bench.sizes.rushes))
  const voucherId = await sale.putOnSale(shoppers)
  const rush = { shoppers, firstUser: 1, duplicates: 0, bad: 0, rate, connections: rushConnections, voucherId }
  const { secret, api } = sale.sale
  const run = 'a rush beside which buyers act'
  const measured = await act(bench, sale, 'acts beside a rush', async () => {
    const { ended } = await startRushApart({ ...rush, secret, apiUrl: api.url })
    return async () => {
      const { results } = await ended
      if (results.accepted < shoppers) throw new Error(`Not every shopper was accepted: ${JSON.stringify(results)}`)
    }
  })
  const { invariants } = await sale.certify(voucherId, run)
  await bench.cleaner.clean(measured.voucherId, voucherId)
  return { ...measured, invariants: [...measured.invariants, { run, ok: true, checks: invariants.checks }] }
}

async function actQuietly(bench: Bench, sale: BenchSale): Promise<MeasuredActs> {
  const measured = await act(bench, sale, 'acts without a rush', async () => async () => undefined)
  await bench.cleaner.clean(measured.voucherId)
  return measured
}

/** Sells a voucher out and lets its buyers act; `begin` starts what goes on meanwhile, and returns its end. */
async function act(
  bench: Bench,
  sale: BenchSale,
  run: string,
  begin: () => Promise<() => Promise<void>>,
): Promise<MeasuredActs> {
  const { acts } = bench.sizes
  const voucherId = await sale.putOnSale(acts)
  await admitAll(bench.stack.redisUrl, voucherId, acts)
  const orders = await untilOrdered(bench, voucherId, acts)
  const back = watchUnitsBack(bench, sale, voucherId, acts / actKinds.length)
  const end = await begin()
  const cpu = startCpuClock(await sale.processes())
  const seconds = acts / actRate
  const latencies = await actEvenly(bench, sale, { orders, seconds })
  const common = {
    operations: acts,
    seconds,
    cpuMicrosPerOp: cpu.perOperation(acts),
    stealPercent: cpu.stealPercent(),
  }
  await end()
  const backMs = percentile(await back.lags(), 0.99)
  const { invariants } = await sale.certify(voucherId, run)
  const p99 = (kind: ActKind): RunFigures => ({ ...common, value: percentile(latencies[kind], 0.99) })
  return {
    voucherId,
    figures: { pay: p99('pay'), cancel: p99('cancel'), status: p99('status') },
    backMs,
    invariants: [{ run, ok: true, checks: invariants.checks }],
  }
}
