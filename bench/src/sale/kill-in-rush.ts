import { setTimeout as delay } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { Database } from 'seckill-store/mysql'
import type { Bench } from '../bench.js'
import { startCpuClock } from '../measure/cpu-clock.js'
import type { RunFigures, RunInvariants } from '../result.js'
import type { BenchSale } from './bench-sale.js'
import { rushDisturbed } from './disturbed-rush.js'

/** A process that can be killed and started again. */
export interface Victim {
  readonly name: string
  /** Sends SIGKILL, and resolves once the process has exited. */
  kill(): Promise<void>
  /** Resolves once the process serves. */
  start(): Promise<void>
}

/** Recovery from a kill in the middle of a rush. */
export interface Recovery {
  /** From the kill to the first order of a shopper who was admitted after it. */
  readonly seconds: number
  readonly figures: RunFigures
  readonly invariants: RunInvariants
}

const rate = 500
/** The number of requests sent before the process is killed. */
const killAfter = 700
const pollMs = 5
const longestMs = 60_000
/** A shopper whose request broke asks again, with the same Idempotency-Key. */
const retry = { attempts: 300, delayMs: 100 } as const

/** Kills a process in a rush of shoppers who try again, starts it at once, and checks the sale when all is over. */
export async function killInRush(bench: Bench, sale: BenchSale, victim: Victim): Promise<Recovery> {
  const shoppers = bench.sizes.killShoppers
  const voucherId = await sale.putOnSale(shoppers)
  const cpu = startCpuClock(await sale.processes())
  const measured = await rushDisturbed(bench, sale, {
    shoppers,
    rate,
    connections: 128,
    retry,
    voucherId,
    after: killAfter,
    happens: () => recover(bench, sale, victim, voucherId),
  })
  const seconds = Math.round(measured * 1_000) / 1_000
  const run = `kill -9 of ${victim.name} in a rush`
  const { invariants } = await sale.certify(voucherId, run)
  await bench.cleaner.clean(voucherId)
  return {
    seconds,
    figures: { value: seconds, operations: 1, seconds, cpuMicrosPerOp: {}, stealPercent: cpu.stealPercent() },
    invariants: { run, ok: true, checks: invariants.checks },
  }
}

async function recover(bench: Bench, sale: BenchSale, victim: Victim, voucherId: number): Promise<number> {
  const seq = (await sale.sources.gate.audit(voucherId))?.seq ?? 0
  const killedAt = Date.now()
  const startedAt = performance.now()
  const restarted = victim.kill().then(victim.start)
  const seconds = untilOrder(bench.db, { voucherId, seq, killedAt }).then(() => (performance.now() - startedAt) / 1_000)
  const [measured] = await Promise.all([seconds, restarted])
  return measured
}

interface AfterKill {
  readonly voucherId: number
  /** The last admission before the kill. */
  readonly seq: number
  /** Epoch milliseconds. */
  readonly killedAt: number
}

async function untilOrder(db: Kysely<Database>, { voucherId, seq, killedAt }: AfterKill): Promise<void> {
  const until = performance.now() + longestMs
  for (;;) {
    const order = await db
      .selectFrom('purchases')
      .select('order_id')
      .where('voucher_id', '=', voucherId)
      .where('seq', '>', seq)
      .where('admitted_at', '>=', killedAt)
      .where('state', '=', 'AWAITING_PAYMENT')
      .limit(1)
      .executeTakeFirst()
      // The database itself may be the one that was killed.
      .catch(() => undefined)
    if (order !== undefined) return
    if (performance.now() > until)
      throw new Error(`No order was committed within ${longestMs / 1_000} s after the kill.`)
    await delay(pollMs)
  }
}
