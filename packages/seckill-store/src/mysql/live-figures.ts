import { isDeepStrictEqual } from 'node:util'
import { type Kysely, sql } from 'kysely'
import type { Database, OrderState, PurchaseState } from './database.js'
import { type RequestResult, requestResults } from './tallies.js'

/** Orders of one state: how many, and their units. */
interface LiveOrders {
  readonly orders: number
  readonly units: number
}

/** What MySQL has of one voucher's sale now; times in epoch milliseconds. */
export interface LiveFigures {
  readonly orders: Readonly<Partial<Record<OrderState, LiveOrders>>>
  readonly purchases: Readonly<Partial<Record<PurchaseState, number>>>
  /** The admission of the oldest purchase that no run has brought to its order or its end. */
  readonly oldestProcessing: number | null
  readonly requests: Readonly<Record<RequestResult, number>>
  /** Milliseconds from admission to order of the last purchases that have one, ascending. */
  readonly orderLatencies: readonly number[]
}

/** Purchases whose time from admission to order is read. */
const latestPurchases = 200

/**
 * Reads what MySQL has of some vouchers' sales, each table in one statement. `known` are figures that were read before: latencies of
 * a voucher that has as many purchases and orders as then are not read again.
 */
export async function readLiveFigures(
  db: Kysely<Database>,
  voucherIds: readonly number[],
  known: ReadonlyMap<number, LiveFigures> = new Map(),
): Promise<ReadonlyMap<number, LiveFigures>> {
  if (voucherIds.length === 0) return new Map()
  const [orders, purchases, tallies] = await Promise.all([
    countOrders(db, voucherIds),
    countPurchases(db, voucherIds),
    countRequests(db, voucherIds),
  ])
  const figures = voucherIds.map(async (voucherId): Promise<[number, LiveFigures]> => {
    const own = <T extends { readonly voucherId: number }>(rows: readonly T[]) =>
      rows.filter((row) => row.voucherId === voucherId)
    const ages = own(purchases).flatMap(({ oldest }) => oldest ?? [])
    const counted = new Map(own(tallies).map(({ result, count }) => [result, count]))
    const counts = {
      orders: Object.fromEntries(own(orders).map(({ state, count, units }) => [state, { orders: count, units }])),
      purchases: Object.fromEntries(own(purchases).map(({ state, count }) => [state, count])),
    }
    const before = known.get(voucherId)
    return [
      voucherId,
      {
        ...counts,
        oldestProcessing: ages[0] ?? null,
        requests: byResult((result) => counted.get(result) ?? 0),
        orderLatencies:
          before !== undefined && isDeepStrictEqual(counts, { orders: before.orders, purchases: before.purchases })
            ? before.orderLatencies
            : await readLatencies(db, voucherId),
      },
    ]
  })
  return new Map(await Promise.all(figures))
}

function byResult(count: (result: RequestResult) => number): Record<RequestResult, number> {
  return Object.fromEntries(requestResults.map((result) => [result, count(result)])) as Record<RequestResult, number>
}

function countOrders(db: Kysely<Database>, voucherIds: readonly number[]) {
  return db
    .selectFrom('orders')
    .select((eb) => ['voucher_id as voucherId', 'state', eb.fn.countAll<number>().as('count')])
    .select((eb) => eb.fn.sum<number>('units').as('units'))
    .where('voucher_id', 'in', voucherIds)
    .groupBy(['voucher_id', 'state'])
    .execute()
}

function countPurchases(db: Kysely<Database>, voucherIds: readonly number[]) {
  return db
    .selectFrom('purchases')
    .select((eb) => ['voucher_id as voucherId', 'state', eb.fn.countAll<number>().as('count')])
    .select(sql<number | null>`MIN(IF(state = 'PROCESSING', admitted_at, NULL))`.as('oldest'))
    .where('voucher_id', 'in', voucherIds)
    .groupBy(['voucher_id', 'state'])
    .execute()
}

function countRequests(db: Kysely<Database>, voucherIds: readonly number[]) {
  return db
    .selectFrom('request_tallies')
    .select((eb) => ['voucher_id as voucherId', 'result', eb.fn.sum<number>('count').as('count')])
    .where('voucher_id', 'in', voucherIds)
    .groupBy(['voucher_id', 'result'])
    .execute()
}

async function readLatencies(db: Kysely<Database>, voucherId: number): Promise<readonly number[]> {
  const latest = db
    .selectFrom('purchases')
    .select(['reservation_id', 'admitted_at'])
    .where('voucher_id', '=', voucherId)
    .orderBy('seq', 'desc')
    .limit(latestPurchases)
    .as('p')
  const rows = await db
    .selectFrom(latest)
    .innerJoin('orders as o', 'o.reservation_id', 'p.reservation_id')
    .select(sql<number>`o.created_at - p.admitted_at`.as('ms'))
    .execute()
  return rows.map(({ ms }) => ms).sort((one, other) => one - other)
}
