import type { Kysely } from 'kysely'
import { type Database, findRefunds } from 'seckill-store/mysql'
import type { ParkedLane } from './list-parked.js'

/** The refund of a parked lane. */
export interface ParkedRefund {
  readonly refundId: string
  readonly orderId: string
  /** `ORDER`: of a paid order; `LATE`: of money that came after the order had closed. */
  readonly kind: 'ORDER' | 'LATE'
  readonly amountMinor: number
  readonly currency: string
  /** The reason that it was requested for. */
  readonly reason: string
  /** The number of the attempt at the provider. */
  readonly attempt: number
}

/** Reads the refunds among parked lanes. */
export async function readParkedRefunds(
  db: Kysely<Database>,
  lanes: readonly ParkedLane[],
): Promise<readonly ParkedRefund[]> {
  const refunds = await findRefunds(
    db,
    lanes.map(({ lane }) => lane),
  )
  return refunds.map(({ id, order_id, kind, amount_minor, currency, reason, attempt }) => ({
    refundId: id,
    orderId: order_id,
    kind,
    amountMinor: amount_minor,
    currency,
    reason,
    attempt,
  }))
}
