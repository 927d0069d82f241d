import type { CertifiedPayments } from 'seckill-store/invariants'
import type { OrderState } from 'seckill-store/mysql'
import type { Sources } from '../sale/sources.js'

/** Reads the figures of a voucher's sale under way; its certificate has those of the sale at rest. */
export async function readPayments({ db }: Pick<Sources, 'db'>, voucherId: number): Promise<CertifiedPayments> {
  const [orders, captured, refunds] = await Promise.all([
    db
      .selectFrom('orders')
      .select((eb) => ['state', eb.fn.countAll<number>().as('orders')])
      .where('voucher_id', '=', voucherId)
      .groupBy('state')
      .execute(),
    db
      .selectFrom('payments')
      .select((eb) => eb.fn.sum<number | null>('amount_minor').as('minor'))
      .where('voucher_id', '=', voucherId)
      .where('state', '=', 'CAPTURED')
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('refunds')
      .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.sum<number | null>('amount_minor').as('minor')])
      .where('voucher_id', '=', voucherId)
      .where('state', '=', 'DONE')
      .executeTakeFirstOrThrow(),
  ])
  const of = (state: OrderState) => orders.find((row) => row.state === state)?.orders ?? 0
  return {
    paid: of('PAID'),
    expired: of('EXPIRED'),
    cancelled: of('CANCELLED'),
    refunded: refunds.count,
    capturedMinor: captured.minor ?? 0,
    refundedMinor: refunds.minor ?? 0,
  }
}
