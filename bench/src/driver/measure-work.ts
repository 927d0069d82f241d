import { setTimeout as delay } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { Database } from 'seckill-store/mysql'
import type { Bench } from '../bench.js'
import type { Contender } from '../contender.js'
import { startCpuClock } from '../measure/cpu-clock.js'
import { residentMiB } from '../measure/memory-samples.js'
import type { RunFigures, RunInvariants } from '../result.js'
import { requireAll } from './broken-run.js'

/** One measured run, its invariants and its further figures. */
export interface MeasuredRun {
  readonly figures: RunFigures
  readonly invariants: RunInvariants
  readonly further: Readonly<Record<string, number>>
}

/**
 * Lets a contender work on waiting orders and measures until all are committed, the same way for each: by reading
 * MySQL.
 *
 * @throws BrokenRun when an invariant does not hold afterwards
 */
export async function measureWork(bench: Bench, contender: Contender, orders: number): Promise<MeasuredRun> {
  const prepared = await contender.prepare(orders)
  const { voucherId } = prepared
  const cpu = startCpuClock(prepared.processes)
  const startedAt = performance.now()
  await prepared.start()
  const giveUp = new AbortController()
  const committed = untilCommitted(bench.db, voucherId, orders, AbortSignal.any([giveUp.signal, bench.signal]))
  await Promise.race([committed, prepared.failed]).finally(() => giveUp.abort())
  const seconds = (performance.now() - startedAt) / 1_000
  const figures = {
    value: orders / seconds,
    operations: orders,
    seconds,
    cpuMicrosPerOp: cpu.perOperation(orders),
    residentMiB: residentMiB(prepared.processes),
    stealPercent: cpu.stealPercent(),
  }
  const { checks, figures: further } = await prepared.prove()
  requireAll(contender.name, checks)
  await bench.cleaner.clean(voucherId)
  return { figures, invariants: { run: contender.name, ok: true, checks }, further }
}

const pollMs = 5
const longestMs = 300_000

/** The stock is read by its key until it is used up, and only then the orders are counted: reading must cost nothing. */
async function untilCommitted(
  db: Kysely<Database>,
  voucherId: number,
  orders: number,
  signal: AbortSignal,
): Promise<void> {
  const until = performance.now() + longestMs
  let deducted = false
  while (!signal.aborted) {
    deducted ||= (await stockOf(db, voucherId)) === 0
    if (deducted && (await countOrders(db, voucherId)) >= orders) return
    if (performance.now() > until) {
      const found = await countOrders(db, voucherId)
      throw new Error(
        `${found} of ${orders} orders were committed within ${longestMs / 1_000} s. See the logs of the contender.`,
      )
    }
    await delay(pollMs)
  }
  signal.throwIfAborted()
}

async function stockOf(db: Kysely<Database>, voucherId: number): Promise<number> {
  const row = await db.selectFrom('stock').select('quantity').where('voucher_id', '=', voucherId).executeTakeFirst()
  return row?.quantity ?? 0
}

async function countOrders(db: Kysely<Database>, voucherId: number): Promise<number> {
  const { count } = await db
    .selectFrom('orders')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('voucher_id', '=', voucherId)
    .executeTakeFirstOrThrow()
  return count
}
