import type { GateAudit } from 'seckill-store/gate'
import { countOpen, type OpenKind, type PurchaseState, type RequestResult, sumTallies } from 'seckill-store/mysql'
import type { Sources } from './sources.js'

/** The figures of a voucher's sale at one moment, from the gate and MySQL. */
export interface Standing {
  readonly requests: Readonly<Record<RequestResult, number>>
  readonly orders: number
  /** The runs that made those orders. */
  readonly runs: number
  /** Purchases that a run has taken, by state. */
  readonly purchases: Readonly<Partial<Record<PurchaseState, number>>>
  /** What is not over, by the reason. */
  readonly open: Readonly<Record<OpenKind, number>>
  readonly gate: GateAudit | null
}

/** Reads the figures of the sale of a voucher. */
export async function readStanding({ db, gate }: Pick<Sources, 'db' | 'gate'>, voucherId: number): Promise<Standing> {
  const [requests, sold, purchases, open, audit] = await Promise.all([
    sumTallies(db, voucherId),
    countOrders(db, voucherId),
    countPurchases(db, voucherId),
    countOpen(db, voucherId),
    gate.audit(voucherId),
  ])
  return { requests, ...sold, purchases, open, gate: audit }
}

async function countOrders(db: Sources['db'], voucherId: number): Promise<Pick<Standing, 'orders' | 'runs'>> {
  return db
    .selectFrom('orders')
    .select((eb) => [eb.fn.countAll<number>().as('orders'), eb.fn.count<number>('owner').distinct().as('runs')])
    .where('voucher_id', '=', voucherId)
    .executeTakeFirstOrThrow()
}

async function countPurchases(db: Sources['db'], voucherId: number): Promise<Standing['purchases']> {
  const rows = await db
    .selectFrom('purchases')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
    .where('voucher_id', '=', voucherId)
    .groupBy('state')
    .execute()
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
}

/**
 * Reports whether a sale is at rest: its stream and run records are empty, nothing but orders that await payment is open, and its live
 * holds are those of purchases that a run has served.
 */
export function isAtRest({ gate, purchases, open }: Standing): boolean {
  if (gate === null || gate.state === 'RECOVERING') return false
  const served = (purchases.AWAITING_PAYMENT ?? 0) + (purchases.PAID ?? 0)
  if (open.processing + open.closing + open.refunding > 0) return false
  return gate.waiting === 0 && gate.runs === 0 && served === gate.liveHolds
}
