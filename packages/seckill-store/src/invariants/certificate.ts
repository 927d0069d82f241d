import { sql } from 'kysely'
import { sumTallies } from '../mysql/tallies.js'
import { judge } from './check.js'
import { type GateFigures, lastSeq, readGate } from './gate-figures.js'
import { latencyOf, type SaleLatency } from './latency.js'
import { readSale, type SaleFigures } from './sale-figures.js'
import type { InvariantReport, SaleToCheck } from './types.js'

/** The figures of a finished sale, counted in Redis, MySQL and (`runs`) Temporal. */
export interface Certificate extends SaleLatency {
  readonly voucherId: number
  readonly shoppers?: number
  /** Units for sale in all. */
  readonly stock: number
  readonly requests: {
    /** Admissions the gate numbered; owned lanes where the gate has forgotten the sale. */
    readonly accepted: number
    readonly soldOut: number
    readonly duplicate: number
    readonly rejected: number
    readonly failed: number
  }
  /** Live orders. */
  readonly orders: number
  /** Purchases that ended REFUSED. */
  readonly refused: number
  /** Units of live orders beyond the total. */
  readonly oversold: number
  /** Units of live orders beyond their buyers' limit. */
  readonly duplicates: number
  /** Admissions whose purchase has neither ended nor awaits payment. */
  readonly lost: number
  /** Units neither in stock nor in a live order, or by which the gate's stock differs from MySQL's: the larger one. */
  readonly leaked: number
  readonly runs?: { readonly workflows: number; readonly lanes: number }
  readonly invariants: InvariantReport
}

/**
 * Counts a sale that is at rest; only the caller knows `shoppers`, which is passed on as it is.
 * @throws {CampaignError} NOT_FOUND when MySQL has no such campaign
 */
export async function certificate(sale: SaleToCheck & { readonly shoppers?: number }): Promise<Certificate> {
  const gate = await readGate(sale)
  const figures = await readSale(sale.db, sale.voucherId, lastSeq(gate))
  const { campaign, orders, purchases } = figures
  const accepted = gate?.audit.seq ?? purchases.reservationIds.length
  const { soldOut, duplicate, rejected, failed } = await sumTallies(sale.db, sale.voucherId)
  return {
    voucherId: sale.voucherId,
    ...(sale.shoppers === undefined ? {} : { shoppers: sale.shoppers }),
    stock: campaign.total,
    requests: { accepted, soldOut, duplicate, rejected, failed },
    orders: orders.live.length,
    refused: purchases.counts.REFUSED ?? 0,
    oversold: Math.max(0, orders.liveUnits - campaign.total),
    duplicates: orders.overLimit.reduce((units, user) => units + user.units - campaign.limitPerUser, 0),
    lost: accepted - purchases.settledSeqs,
    leaked: leakedUnits(figures, gate),
    ...latencyOf(await readTimes(sale)),
    ...(sale.runs === undefined ? {} : { runs: { workflows: sale.runs.workflows, lanes: sale.runs.lanes } }),
    invariants: await judge({ ...sale, atRest: true }, figures, gate),
  }
}

/** A missing stock row leaks everything that is not sold; a gate that forgot the sale leaks nothing of its own. */
function leakedUnits({ campaign, stock, orders }: SaleFigures, gate: GateFigures | null): number {
  const quantity = stock?.quantity ?? 0
  const unaccounted = Math.abs(campaign.total - quantity - orders.liveUnits)
  return gate === null ? unaccounted : Math.max(unaccounted, Math.abs(gate.audit.stock - quantity))
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
