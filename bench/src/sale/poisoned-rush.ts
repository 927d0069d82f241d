import { type Kysely, sql } from 'kysely'
import { closeDatabase, connectDatabase, type Database } from 'seckill-store/mysql'
import type { Bench } from '../bench.js'
import { requireAll } from '../driver/broken-run.js'
import type { RunInvariants } from '../result.js'
import type { BenchSale } from './bench-sale.js'
import { rushDisturbed } from './disturbed-rush.js'
import { rushConnections } from './saturating-rush.js'

/** The result of a rush with every fault of a lane, and a kill of the worker in the middle. */
export interface PoisonedRush {
  readonly orders: number
  /** Lanes that were refused, and lanes that no attempt could complete. */
  readonly refused: number
  readonly poisoned: number
  /** From the last order before the kill to the first one after it. */
  readonly secondsWithoutOrders: number
  readonly ordersASecond: { readonly before: number; readonly after: number }
  readonly invariants: RunInvariants
}

/** Shoppers a second: more than the sale makes orders. */
const rate = 4_000
const killAfter = 0.3
/** Each hundredth user is blocked. */
const blockedUsers = { of: 100, at: 3 } as const
/** Each thousandth user has orders that MySQL rejects, and with them the whole statement. */
const poisonLanes = { of: 1_000, at: 7 } as const

type Some = typeof blockedUsers | typeof poisonLanes
function amongFirst(users: number, { of, at }: Some): number {
  return Math.floor((users - at) / of) + 1
}

/**
 * Kills the worker in the middle of a rush with lanes that are refused and lanes that fail their batches, and checks the sale when all is
 * over: every other shopper has an order.
 */
export async function rushWithPoison(bench: Bench, sale: BenchSale): Promise<PoisonedRush> {
  const shoppers = bench.sizes.poisonedShoppers
  const run = `a rush of ${shoppers} with poison lanes, refusals and kill -9 of worker`
  const refused = amongFirst(shoppers, blockedUsers)
  const poisoned = amongFirst(shoppers, poisonLanes)
  const undo = await poison(bench)
  try {
    const voucherId = await sale.putOnSale(shoppers)
    const killedAt = await rushAndKill(bench, sale, voucherId, shoppers)
    const { invariants, orders } = await sale.certify(voucherId, run)
    const wanted = shoppers - refused - poisoned
    const served = { name: 'every other shopper has an order', ok: orders === wanted, detail: `${orders} of ${wanted}` }
    const checks = requireAll(run, [...invariants.checks, served])
    const pace = paceAround(await ordersByTime(bench.db, voucherId), killedAt)
    await bench.cleaner.clean(voucherId)
    return { orders, refused, poisoned, ...pace, invariants: { run, ok: true, checks } }
  } finally {
    await undo()
  }
}

/** Kills the worker, and returns the time of the kill in epoch milliseconds. */
function rushAndKill(bench: Bench, sale: BenchSale, voucherId: number, shoppers: number): Promise<number> {
  return rushDisturbed(bench, sale, {
    shoppers,
    rate,
    connections: rushConnections,
    voucherId,
    after: shoppers * killAfter,
    async happens() {
      const killedAt = Date.now()
      await sale.sale.kill('worker')
      await sale.sale.restart('worker')
      return killedAt
    },
  })
}

/** Makes the purchases of some users fail; the returned function removes the cause. */
async function poison({ stack }: Bench): Promise<() => Promise<void>> {
  const db = connectDatabase(stack.databaseMigrationUrl, { poolSize: 1, statementSeconds: 0 })
  const setStatus = (status: 'ACTIVE' | 'BLOCKED') =>
    db.updateTable('users').set({ status }).where(sql<boolean>`id % ${blockedUsers.of} = ${blockedUsers.at}`).execute()
  await setStatus('BLOCKED')
  await sql`ALTER TABLE orders ADD CONSTRAINT bench_poison CHECK (user_id % ${sql.lit(poisonLanes.of)} <> ${sql.lit(poisonLanes.at)})`.execute(
    db,
  )
  return async () => {
    await sql`ALTER TABLE orders DROP CONSTRAINT bench_poison`.execute(db)
    await setStatus('ACTIVE')
    await closeDatabase(db)
  }
}

interface OrdersAt {
  /** Epoch milliseconds. */
  readonly at: number
  readonly orders: number
}

function ordersByTime(db: Kysely<Database>, voucherId: number): Promise<readonly OrdersAt[]> {
  return db
    .selectFrom('orders')
    .select(['created_at as at', (eb) => eb.fn.countAll<number>().as('orders')])
    .where('voucher_id', '=', voucherId)
    .groupBy('created_at')
    .orderBy('created_at')
    .execute()
}

/** Commits of the worker from before its death count as well. */
function paceAround(
  times: readonly OrdersAt[],
  killedAt: number,
): Pick<PoisonedRush, 'secondsWithoutOrders' | 'ordersASecond'> {
  const gaps = times.slice(1).map(({ at }, index) => at - (times[index]?.at ?? at))
  const felt = gaps.map((gap, index) => ((times[index + 1]?.at ?? 0) > killedAt ? gap : 0))
  const first = felt.indexOf(Math.max(...felt)) + 1
  return {
    secondsWithoutOrders: (gaps[first - 1] ?? 0) / 1_000,
    ordersASecond: { before: paceOf(times.slice(0, first)), after: paceOf(times.slice(first)) },
  }
}

/** Orders of the first moment came before it. */
function paceOf(times: readonly OrdersAt[]): number {
  const ms = (times.at(-1)?.at ?? 0) - (times[0]?.at ?? 0)
  const orders = times.slice(1).reduce((sum, { orders: some }) => sum + some, 0)
  return ms > 0 ? Math.round((orders * 1_000) / ms) : 0
}
