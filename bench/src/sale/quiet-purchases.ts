import { setTimeout as delay } from 'node:timers/promises'
import { signToken } from 'seckill-cli/sale'
import type { Bench } from '../bench.js'
import { percentile } from '../driver/statistics.js'
import { startCpuClock } from '../measure/cpu-clock.js'
import type { RunFigures, RunInvariants } from '../result.js'
import type { BenchSale } from './bench-sale.js'

/** Longer than the dispatcher's poll, so that it sleeps when the next shopper comes. */
const pauseMs = 150
const pollMs = 1
const longestMs = 10_000

/** Latencies of single purchases on an idle system, from the request to the readable order. */
export interface QuietPurchases {
  /** The value is the 99th percentile in milliseconds. */
  readonly figures: RunFigures
  readonly percentiles: Readonly<Record<'p50' | 'p99' | 'max', number>>
  readonly invariants: RunInvariants
}

/** Buys one after the other, each when the order before is there and the system has come to rest. */
export async function buyQuietly(bench: Bench, sale: BenchSale): Promise<QuietPurchases> {
  const purchases = bench.sizes.quietPurchases
  const voucherId = await sale.putOnSale(purchases)
  const cpu = startCpuClock(await sale.processes())
  const startedAt = performance.now()
  const latencies: number[] = []
  for (let userId = 1; userId <= purchases; userId++) {
    bench.signal.throwIfAborted()
    latencies.push(await buyOne(bench, sale, voucherId, userId))
    await delay(pauseMs)
  }
  const figures = {
    value: percentile(latencies, 0.99),
    operations: purchases,
    seconds: (performance.now() - startedAt) / 1_000,
    cpuMicrosPerOp: cpu.perOperation(purchases),
    stealPercent: cpu.stealPercent(),
  }
  const { invariants } = await sale.certify(voucherId, 'single purchases')
  await bench.cleaner.clean(voucherId)
  const at = (share: number): number => Math.round(percentile(latencies, share) * 10) / 10
  return {
    figures,
    percentiles: { p50: at(0.5), p99: at(0.99), max: at(1) },
    invariants: { run: 'single purchases', ok: true, checks: invariants.checks },
  }
}

async function buyOne(bench: Bench, { sale }: BenchSale, voucherId: number, userId: number): Promise<number> {
  const authorization = `Bearer ${await signToken(sale.secret, { userId })}`
  const url = new URL(`/api/v1/vouchers/${voucherId}/purchases`, sale.api.url)
  const askedAt = performance.now()
  const response = await fetch(url, { method: 'POST', headers: { authorization } })
  const answer = await response.text()
  if (response.status !== 202) throw new Error(`A single purchase was answered ${response.status}: ${answer}`)
  for (;;) {
    const order = await bench.db
      .selectFrom('orders')
      .select('id')
      .where('voucher_id', '=', voucherId)
      .where('user_id', '=', userId)
      .executeTakeFirst()
    const elapsed = performance.now() - askedAt
    if (order !== undefined) return elapsed
    if (elapsed > longestMs) throw new Error(`User ${userId} has no order after ${longestMs} ms.`)
    await delay(pollMs)
  }
}
