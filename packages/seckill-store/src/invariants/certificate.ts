import { sql } from 'kysely'
import { type RequestResult, sumTallies } from '../mysql/tallies.js'
import { type Figures, judge, readFigures } from './check.js'
import { latencyOf, type SaleLatency } from './latency.js'
import { lostPurchases } from './lost.js'
import type { InvariantReport, SaleToCheck } from './types.js'

const mostNamed = 1_000

/** Orders by their end, refunds that are done, and the money in minor units. */
export interface CertifiedPayments {
  readonly paid: number
  readonly expired: number
  readonly cancelled: number
  readonly refunded: number
  readonly capturedMinor: number
  readonly refundedMinor: number
}

/** The figures of a finished sale, counted in Redis, MySQL and (`runs`) Temporal. */
export interface Certificate extends SaleLatency {
  readonly voucherId: number
  readonly shoppers?: number
  /** Units for sale in all. */
  readonly stock: number
  /** Answers of the API to requests, by result. */
  readonly requests: Readonly<Record<RequestResult, number>>
  /** Live orders. */
  readonly orders: number
  /** Purchases that ended REFUSED. */
  readonly refused: number
  readonly payments: CertifiedPayments
  /** Units of live orders beyond the total. */
  readonly oversold: number
  /** Units of live orders beyond their buyers' limit. */
  readonly duplicates: number
  /** Accepted purchases that have neither ended nor await payment. */
  readonly lost: number
  /** The lost purchases whose trace id MySQL or Temporal knows, at most a thousand. */
  readonly lostTraceIds: readonly string[]
  /**
   * Units neither in stock nor in a live order, or by which the gate's stock falls short of MySQL's: the larger one,
   * below 0 where there are too many; `null` while the gate cannot be compared.
   */
  readonly leaked: number | null
  readonly runs?: { readonly workflows: number; readonly lanes: number }
  readonly invariants: InvariantReport
}

/**
 * Counts a sale that is at rest; only the caller knows `shoppers`, which is passed on as it is.
 * @throws {CampaignError} NOT_FOUND when MySQL has no such campaign
 */
export async function certificate(sale: SaleToCheck & { readonly shoppers?: number }): Promise<Certificate> {
  const figures = await readFigures(sale)
  const { campaign, orders, purchases } = figures.mysql
  const lost = lostPurchases(figures.mysql, figures.gate, sale.runs)
  return {
    voucherId: sale.voucherId,
    ...(sale.shoppers === undefined ? {} : { shoppers: sale.shoppers }),
    stock: campaign.total,
    requests: await sumTallies(sale.db, sale.voucherId),
    orders: orders.live.length,
    refused: purchases.refused,
    payments: paymentsOf(figures.mysql),
    oversold: Math.max(0, orders.liveUnits - campaign.total),
    duplicates: orders.overLimit.reduce((units, user) => units + user.units - campaign.limitPerUser, 0),
    lost: lost.count,
    lostTraceIds: lost.traceIds.slice(0, mostNamed),
    leaked: leakedUnits(figures),
    ...latencyOf(await readTimes(sale)),
    ...(sale.runs === undefined ? {} : { runs: { workflows: sale.runs.workflows, lanes: sale.runs.lanes } }),
    invariants: judge(figures, { ...sale, atRest: true }),
  }
}

function paymentsOf({ orders: { sums }, money }: Figures['mysql']): CertifiedPayments {
  return {
    paid: sums.PAID.orders,
    expired: sums.EXPIRED.orders,
    cancelled: sums.CANCELLED.orders,
    refunded: money.refunds,
    capturedMinor: money.captured,
    refundedMinor: money.refunded,
  }
}

/** A missing stock row leaks everything that is not sold. */
function leakedUnits({ mysql: { campaign, stock, orders }, gate }: Figures): number | null {
  const quantity = stock?.quantity ?? 0
  const unaccounted = campaign.total - quantity - orders.liveUnits
  switch (gate.status) {
    case 'read':
      return larger(unaccounted, quantity - gate.audit.stock)
    case 'unserved':
      return unaccounted
    case 'recovering':
    case 'forgotten':
      return null
  }
}

function larger(a: number, b: number): number {
  return Math.abs(a) >= Math.abs(b) ? a : b
}

async function readTimes({ db, voucherId }: SaleToCheck) {
  const { first } = await db
    .selectFrom('purchases')
    .select((eb) => eb.fn.min<number | null>('admitted_at').as('first'))
    .where('voucher_id', '=', voucherId)
    .executeTakeFirstOrThrow()
  const orders = await db
    .selectFrom('orders as o')
    .innerJoin('purchases as p', 'p.reservation_id', 'o.reservation_id')
    .select(['o.created_at as createdAt', sql<number>`o.created_at - p.admitted_at`.as('latencyMs')])
    .where('o.voucher_id', '=', voucherId)
    .execute()
  return { first, orders }
}
