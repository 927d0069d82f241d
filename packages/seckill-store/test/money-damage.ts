import { sql } from 'kysely'
import { checkNames } from 'seckill-store/invariants'
import type { FinishedSale } from './finished-sale.js'
import type { Damage } from './invariants-damage.js'

/** Damage of payments and refunds: invariant 8. */
export const moneyDamage: readonly Damage[] = [
  {
    what: 'a refund that is open',
    atRest: true,
    red: [checkNames.atRest, checkNames.moneyAddsUp],
    plant: ({ db, voucherId }) => sql`UPDATE refunds SET state = 'PENDING' WHERE voucher_id = ${voucherId}`.execute(db),
  },
  {
    what: 'late money that was not given back',
    atRest: true,
    red: [checkNames.moneyAddsUp, checkNames.moneyIsPlaced],
    plant: ({ db, voucherId }) => sql`DELETE FROM refunds WHERE voucher_id = ${voucherId}`.execute(db),
  },
  {
    what: 'money of an order that still awaits payment',
    atRest: true,
    red: [checkNames.moneyAddsUp, checkNames.moneyIsPlaced],
    plant: (sale) => payment(sale, { orderId: orderOf(sale.sold[1]) }),
  },
  {
    what: 'a paid order whose payment was never captured',
    atRest: true,
    red: [checkNames.moneyAddsUp, checkNames.moneyIsPlaced],
    plant: (sale) => paymentOf(sale, sql`state = 'OPEN'`),
  },
  {
    what: 'a paid order that was refunded',
    atRest: true,
    red: [checkNames.moneyAddsUp, checkNames.moneyIsPlaced],
    plant: (sale) => refund(sale, orderOf(sale.sold[2])),
  },
  {
    what: 'a capture of another amount',
    atRest: true,
    red: [checkNames.moneyAddsUp, checkNames.moneyIsPlaced, checkNames.capturesFit],
    plant: (sale) => paymentOf(sale, sql`amount_minor = amount_minor - 1`),
  },
  {
    what: 'a capture in another currency',
    atRest: true,
    red: [checkNames.capturesFit],
    plant: (sale) => paymentOf(sale, sql`currency = 'EUR'`),
  },
  {
    what: 'a refund of less than was paid',
    atRest: true,
    red: [checkNames.moneyAddsUp, checkNames.moneyIsPlaced, checkNames.refundsFit],
    plant: ({ db, voucherId }) =>
      sql`UPDATE refunds SET amount_minor = amount_minor - 1 WHERE voucher_id = ${voucherId}`.execute(db),
  },
  {
    what: 'a refund without its payment',
    atRest: true,
    red: [checkNames.moneyAddsUp, checkNames.refundsFit],
    plant: ({ db, returned }) => sql`DELETE FROM payments WHERE order_id = ${orderOf(returned)}`.execute(db),
  },
  {
    what: 'a payment without an order',
    atRest: true,
    red: [checkNames.moneyAddsUp, checkNames.paymentsHaveOrders],
    plant: (sale) => payment(sale, { orderId: 'none' }),
  },
]

function orderOf({ reservationId }: { readonly reservationId: string }): string {
  return `order-${reservationId}`
}

/** Changes the payment of the paid order. */
function paymentOf({ db, sold }: FinishedSale, change: ReturnType<typeof sql>) {
  return sql`UPDATE payments SET ${change} WHERE order_id = ${orderOf(sold[2])}`.execute(db)
}

function payment({ db, voucherId }: FinishedSale, { orderId }: { readonly orderId: string }) {
  const id = `P-${voucherId}-${orderId}`.slice(0, 64)
  return sql`INSERT INTO payments (id, order_id, voucher_id, provider, provider_id, amount_minor, currency, state,
      expires_at, created_at, captured_at, updated_at)
    VALUES (${id}, ${orderId}, ${voucherId}, 'sandbox', ${id}, 990, 'CNY', 'CAPTURED', 1, 1, 1, 1)`.execute(db)
}

function refund({ db }: FinishedSale, orderId: string) {
  return sql`INSERT INTO refunds (id, payment_id, order_id, voucher_id, amount_minor, currency, kind, reason, state,
      attempt, requested_at, updated_at)
    SELECT CONCAT('R-', id), id, order_id, voucher_id, amount_minor, currency, 'ORDER', 'damage', 'DONE', 1, 1, 1
    FROM payments WHERE order_id = ${orderId}`.execute(db)
}
