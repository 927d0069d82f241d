import type { Kysely } from 'kysely'
import { type Check, checkInvariants, checkNames } from 'seckill-store/invariants'
import type { Database } from 'seckill-store/mysql'

/** Checks of the gate, which peers do not use. */
const gateChecks: ReadonlySet<string> = new Set([
  checkNames.gateAddsUp,
  checkNames.gateRecounts,
  checkNames.atRest,
  checkNames.stocksAgree,
  checkNames.holdsAreOrders,
  checkNames.allEnded,
])

const noGate = { audit: async () => null, liveHolds: async () => new Map() }

/** The invariants of orders that did not come through the gate: the sale's own checks of MySQL, and the rows of each step. */
export async function proveOrders(
  db: Kysely<Database>,
  voucherId: number,
  { orders, barrierRows }: OrdersAsked,
): Promise<readonly Check[]> {
  const { checks } = await checkInvariants({ db, gate: noGate, voucherId, atRest: true })
  return [
    ...checks.filter(({ name }) => !gateChecks.has(name)),
    ...(await rowChecks(db, voucherId, { orders, barrierRows })),
  ]
}

/** The orders of a run, and the barrier rows that each leaves. */
interface OrdersAsked {
  readonly orders: number
  readonly barrierRows: number
}

/** Every contender leaves the same number of rows of every kind, but for the barrier rows of one that keeps none. */
async function rowChecks(
  db: Kysely<Database>,
  voucherId: number,
  { orders, barrierRows }: OrdersAsked,
): Promise<readonly Check[]> {
  const counts = {
    orders: await countRows(db, 'orders', voucherId),
    purchases: await countRows(db, 'purchases', voucherId),
    'user claims': await countRows(db, 'user_claims', voucherId),
    'voucher claims': await countRows(db, 'voucher_claims', voucherId),
  }
  const found = await countBarrierRows(db)
  const ofOrders = Object.entries(counts).map(([what, count]) => ({
    name: `as many ${what} as orders asked for`,
    ok: count === orders,
    detail: `${count} of ${orders}`,
  }))
  const wanted = orders * barrierRows
  return [
    ...ofOrders,
    { name: `${barrierRows} barrier rows an order`, ok: found === wanted, detail: `${found} of ${wanted}` },
  ]
}

async function countRows(
  db: Kysely<Database>,
  table: 'orders' | 'purchases' | 'user_claims' | 'voucher_claims',
  voucherId: number,
): Promise<number> {
  const { count } = await db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('voucher_id', '=', voucherId)
    .executeTakeFirstOrThrow()
  return count
}

/** The table is empty when a run begins. */
async function countBarrierRows(db: Kysely<Database>): Promise<number> {
  const { count } = await db
    .selectFrom('saga_barrier')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('phase', '=', 0)
    .executeTakeFirstOrThrow()
  return count
}
