import { setTimeout as delay } from 'node:timers/promises'
import type { Bench } from '../bench.js'
import { admitAll } from '../load/admit-all.js'
import { residentMiB } from '../measure/memory-samples.js'
import type { RunFigures } from '../result.js'
import { type BenchSale, openBenchSale } from '../sale/bench-sale.js'
import { type RunHistory, readLargestHistory } from '../sale/run-history.js'
import type { Scenario } from '../scenario.js'
import { compareWithLimit } from './limits.js'

const memoryLimitMiB = 100
const lanesARun = 2_000
const expiryLimitMs = 10_000
const replayLimitMs = 2_000
const historyLimits = { events: 10_000, bytes: 10 * 1024 * 1024 }

/** The figures of W1 beside its ratio. */
export interface UnpaidFigures {
  readonly orders: number
  /** The largest run's history, and its replay in a new worker. */
  readonly history: RunHistory
  /** Milliseconds from the end of the time to pay to the close of the last order. */
  readonly expiredWithinMs: number
}

/** The time to pay of an earlier rush of the same size: what it leaves to the garbage collector is not the cost of waiting. */
const earlierPayWindowMs = 1_000

/** What unpaid orders cost while they wait, and how soon they expire. */
export const unpaidOrders: Scenario = {
  id: 'W1',
  async run(bench) {
    const { waitingOrders: orders, waitingSeconds } = bench.sizes
    const sale = await openBenchSale(bench, { users: orders, apiEnv: { DISPATCH_MAX_LANES: String(lanesARun) } })
    try {
      const earlier = await sell(bench, sale, earlierPayWindowMs)
      await untilExpired(bench, earlier, orders)
      const before = await workerMiB(sale)
      await sale.certify(earlier, 'orders that have ended')
      await bench.cleaner.clean(earlier)
      const voucherId = await sell(bench, sale, waitingSeconds * 1_000)
      await untilAwaiting(bench, voucherId, orders)
      const waiting = await workerMiB(sale)
      bench.log(
        `W1  ${orders} orders await their payment; the worker has ${waiting} MiB, ${before} MiB after as many that have ended`,
      )
      const history = await readLargestHistory(sale.sources.temporal, bench.db, voucherId)
      const expiredWithinMs = await untilExpired(bench, voucherId, orders)
      bench.log(`W1  the last order expired ${expiredWithinMs} ms after its time to pay`)
      const certified = await sale.certify(voucherId, 'unpaid orders')
      await bench.cleaner.clean(voucherId)
      return {
        comparisons: [compareWithLimit(`worker, ${orders} unpaid orders`, [grown(waiting - before)], memoryLimitMiB)],
        invariants: [{ run: 'unpaid orders', ok: true, checks: certified.invariants.checks }],
        skipped: [],
        details: { orders, history, expiredWithinMs } satisfies UnpaidFigures,
        also:
          history.events <= historyLimits.events &&
          history.bytes <= historyLimits.bytes &&
          history.replayMs <= replayLimitMs &&
          expiredWithinMs <= expiryLimitMs,
      }
    } finally {
      await sale.close()
    }
  },
}

async function sell(bench: Bench, sale: BenchSale, payWindowMs: number): Promise<number> {
  const { waitingOrders } = bench.sizes
  const voucherId = await sale.putOnSale(waitingOrders, payWindowMs)
  await admitAll(bench.stack.redisUrl, voucherId, waitingOrders)
  return voucherId
}

async function workerMiB(sale: BenchSale): Promise<number> {
  const { worker } = await sale.processes()
  if (worker === undefined)
    throw new Error('The process of the worker was not found among the children of the benchmark.')
  return residentMiB({ worker }).worker ?? 0
}

function grown(mib: number): RunFigures {
  return { value: Math.max(1, mib), operations: 1, seconds: 0, cpuMicrosPerOp: {}, stealPercent: 0 }
}

const pollMs = 100
const longestMs = 300_000

async function untilAwaiting(bench: Bench, voucherId: number, orders: number): Promise<void> {
  await until(bench, async () => (await countOrders(bench, voucherId, 'PENDING_PAYMENT')) === orders)
}

async function untilExpired(bench: Bench, voucherId: number, orders: number): Promise<number> {
  await until(bench, async () => (await countOrders(bench, voucherId, 'EXPIRED')) === orders)
  const { lag } = await bench.db
    .selectFrom('orders')
    .select((eb) => eb.fn.max<number>(eb('updated_at', '-', eb.ref('pay_before'))).as('lag'))
    .where('voucher_id', '=', voucherId)
    .executeTakeFirstOrThrow()
  return lag
}

async function until(bench: Bench, isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + longestMs
  while (!(await isSo())) {
    bench.signal.throwIfAborted()
    if (performance.now() > end) throw new Error(`The orders did not get there within ${longestMs / 1_000} s.`)
    await delay(pollMs)
  }
}

async function countOrders(bench: Bench, voucherId: number, state: 'PENDING_PAYMENT' | 'EXPIRED'): Promise<number> {
  const { orders } = await bench.db
    .selectFrom('orders')
    .select((eb) => eb.fn.countAll<number>().as('orders'))
    .where('voucher_id', '=', voucherId)
    .where('state', '=', state)
    .executeTakeFirstOrThrow()
  return orders
}
