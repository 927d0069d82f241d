import { setTimeout as delay } from 'node:timers/promises'
import { signToken } from 'seckill-cli/sale'
import type { Bench } from '../bench.js'
import { requireAll } from '../driver/broken-run.js'
import { compareSides } from '../driver/compare-sides.js'
import { percentile } from '../driver/statistics.js'
import { type FloodCounts, startFlood } from '../load/flood.js'
import { startCpuClock } from '../measure/cpu-clock.js'
import type { RunFigures, RunInvariants } from '../result.js'
import { type BenchSale, openBenchSale } from '../sale/bench-sale.js'
import type { Scenario } from '../scenario.js'
import { targets } from '../targets.js'

const buyers = 200
const senders = 2_000
const rate = 10_000
const connections = 100
/** The flood runs before the first buyer comes, and after the last one. */
const aroundMs = 1_000

/** The limits of production; local mode has none. */
const apiEnv = {
  TRUSTED_PROXY_HOPS: '1',
  PURCHASES_PER_USER: '20',
  PURCHASES_PER_ADDRESS: '500',
  FAULTS_PER_ADDRESS: '20',
  REQUESTS_PER_ADDRESS: '2000',
}

/** Honest buyers beside a flood of garbage, and without it. */
export const floodOfGarbage: Scenario = {
  id: 'F1',
  async run(bench) {
    const sale = await openBenchSale(bench, { users: buyers, apiEnv })
    try {
      const quiet: MeasuredBuyers[] = []
      const flooded: (MeasuredBuyers & { readonly flood: FloodCounts })[] = []
      for (let pair = 0; pair < bench.sizes.pairs; pair++) {
        quiet.push(await buyAll(bench, sale, 'without a flood'))
        flooded.push(await buyInFlood(bench, sale))
        const counts = flooded.at(-1)?.flood
        bench.log(
          `F1  ${buyers} buyers served beside ${counts?.sent} requests of garbage in ${counts?.seconds.toFixed(1)} s: ${JSON.stringify(counts?.answers)}`,
        )
      }
      const runsOf = (measured: readonly MeasuredBuyers[]) => measured.map(({ figures }) => figures)
      return {
        comparisons: [
          compareSides(
            { name: 'p99 of accept beside the flood', runs: runsOf(flooded) },
            { name: 'without it', runs: runsOf(quiet) },
            targets.F1,
          ),
        ],
        invariants: [...quiet, ...flooded].map(({ invariants }) => invariants),
        skipped: [],
        details: { buyers, senders, rate, floods: flooded.map(({ flood }) => flood) },
      }
    } finally {
      await sale.close()
    }
  },
}

interface MeasuredBuyers {
  /** The value is the 99th percentile of accept in milliseconds. */
  readonly figures: RunFigures
  readonly invariants: RunInvariants
}

async function buyInFlood(bench: Bench, sale: BenchSale): Promise<MeasuredBuyers & { readonly flood: FloodCounts }> {
  const seconds = bench.sizes.latencySeconds + (2 * aroundMs) / 1_000
  let ended: Promise<FloodCounts> | undefined
  const measured = await buyAll(bench, sale, 'beside a flood', async (path) => {
    const { port } = new URL(sale.sale.api.url)
    const flood = await startFlood({ port: Number(port), path, senders, connections, rate, seconds })
    ended = flood.ended
    await delay(aroundMs)
  })
  const flood = await ended
  if (flood === undefined) throw new Error('No flood was started.')
  const answered = Object.values(flood.answers).reduce((sum, count) => sum + count, 0)
  const refused = ['401', '429', '503'].reduce((sum, status) => sum + (flood.answers[status] ?? 0), 0)
  requireAll('beside a flood', [
    {
      name: 'every garbage request that was answered was refused',
      ok: answered > 0 && refused === answered,
      detail: `${refused} of ${answered}: ${JSON.stringify(flood.answers)}; ${flood.sent - answered} without an answer`,
    },
  ])
  return { ...measured, flood }
}

/** Each buyer asks once, at his own time and from his own address, and is accepted. */
async function buyAll(
  bench: Bench,
  sale: BenchSale,
  run: string,
  before: (path: string) => Promise<void> = async () => undefined,
): Promise<MeasuredBuyers> {
  const voucherId = await sale.putOnSale(buyers)
  const path = `/api/v1/vouchers/${voucherId}/purchases`
  const tokens = await Promise.all(
    Array.from({ length: buyers }, (_, at) => signToken(sale.sale.secret, { userId: at + 1 })),
  )
  await before(path)
  const cpu = startCpuClock(await sale.processes())
  const startedAt = performance.now()
  const everyMs = (bench.sizes.latencySeconds * 1_000) / buyers
  const answers = await Promise.all(
    tokens.map(async (token, at) => {
      await delay(at * everyMs)
      return buyOnce(new URL(path, sale.sale.api.url), token, `203.0.113.${at}`)
    }),
  )
  const served = answers.filter(({ status }) => status === 202)
  const seconds = (performance.now() - startedAt) / 1_000
  const cpuMicrosPerOp = cpu.perOperation(buyers)
  const own = [
    { name: 'every buyer was served', ok: served.length === buyers, detail: `${served.length} of ${buyers}` },
  ]
  requireAll(run, own)
  const { invariants } = await sale.certify(voucherId, run)
  await bench.cleaner.clean(voucherId)
  const latencies = served.map(({ ms }) => ms)
  return {
    figures: {
      value: percentile(latencies, 0.99),
      operations: buyers,
      seconds,
      cpuMicrosPerOp,
      stealPercent: cpu.stealPercent(),
    },
    invariants: { run, ok: true, checks: [...invariants.checks, ...own] },
  }
}

async function buyOnce(url: URL, token: string, address: string): Promise<{ status: number; ms: number }> {
  const askedAt = performance.now()
  const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': address }
  const response = await fetch(url, { method: 'POST', headers })
  await response.arrayBuffer()
  return { status: response.status, ms: performance.now() - askedAt }
}
