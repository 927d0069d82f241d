import { sql } from 'kysely'
import { checkNames } from 'seckill-store/invariants'
import { addTallies, nowMs } from 'seckill-store/mysql'
import type { FinishedSale } from './finished-sale.js'

/** One way to damage a finished sale, and the checks that must see it: these and no others. */
export interface Damage {
  readonly what: string
  readonly red: readonly string[]
  /** Checks that cannot be made. */
  readonly unknown?: readonly string[]
  /** Without: only the checks that hold at every moment are made. */
  readonly atRest?: true
  readonly plant: (sale: FinishedSale) => Promise<unknown>
}

/** Damage of stock, ledger and gate counters: invariants 1 to 4. */
export const alwaysDamage: readonly Damage[] = [
  {
    what: 'a stock below zero',
    red: [checkNames.stockInBounds],
    plant: async (sale) => {
      await ledger(sale, 'DEDUCT', 7)
      await sql`UPDATE stock SET quantity = -1 WHERE voucher_id = ${sale.voucherId}`.execute(sale.db)
    },
  },
  {
    what: 'more stock than there is in all',
    red: [checkNames.stockInBounds],
    plant: async (sale) => {
      await ledger(sale, 'RESTOCK', 5)
      await sql`UPDATE stock SET quantity = 11 WHERE voucher_id = ${sale.voucherId}`.execute(sale.db)
    },
  },
  {
    what: 'another total in the stock than in the campaign',
    red: [checkNames.stockInBounds],
    plant: ({ db, voucherId }) => sql`UPDATE stock SET total = 11 WHERE voucher_id = ${voucherId}`.execute(db),
  },
  {
    what: 'a lost stock row',
    red: [checkNames.stockInBounds, checkNames.ledgerAddsUp],
    plant: ({ db, voucherId }) => sql`DELETE FROM stock WHERE voucher_id = ${voucherId}`.execute(db),
  },
  {
    what: 'one unit oversold',
    red: [checkNames.soldWithinTotal],
    plant: async (sale) => {
      for (let userId = 11; userId <= 17; userId++) await order(sale, userId, 'PAID')
    },
  },
  {
    what: 'a user with one unit beyond the limit',
    red: [checkNames.usersWithinLimit],
    plant: (sale) => order(sale, 1, 'CLOSING'),
  },
  {
    what: 'a unit too many in the gate',
    red: [checkNames.gateAddsUp],
    plant: ({ redis, keys }) => redis.hincrby(keys.campaign, 'stock', 1),
  },
  {
    what: 'a campaign the gate has forgotten',
    red: [checkNames.gateAddsUp],
    unknown: [checkNames.gateRecounts],
    plant: ({ redis, keys }) => redis.del(keys.campaign),
  },
  {
    what: 'a lost hold',
    red: [checkNames.gateRecounts],
    plant: ({ redis, keys, sold }) => redis.hdel(keys.holds, sold[1].reservationId.split('-')[1] ?? ''),
  },
  {
    what: 'a movement without its stock',
    red: [checkNames.ledgerAddsUp],
    plant: (sale) => ledger(sale, 'DEDUCT', 1),
  },
  {
    what: 'a stock that moved without its ledger row',
    red: [checkNames.ledgerAddsUp],
    plant: ({ db, voucherId }) => sql`UPDATE stock SET quantity = 5 WHERE voucher_id = ${voucherId}`.execute(db),
  },
  {
    what: 'a restoration of what was never deducted',
    red: [checkNames.restorationsEqual],
    plant: async (sale) => {
      await ledger(sale, 'RESTORE', 1)
      await ledger(sale, 'RESTOCK', -1)
    },
  },
  {
    what: 'a restoration of more than was deducted',
    red: [checkNames.restorationsEqual],
    plant: async (sale) => {
      const { reservationId } = sale.refused
      await sql`UPDATE stock_ledger SET units = 3 WHERE reference = ${reservationId} AND kind = 'RESTORE'`.execute(
        sale.db,
      )
      await ledger(sale, 'RESTOCK', -2)
    },
  },
]

/** Damage of purchases, orders and lanes: invariants 5 to 7. */
export const restDamage: readonly Damage[] = [
  {
    what: 'a claim counter that kept a unit',
    atRest: true,
    red: [checkNames.claimsAreOrders],
    plant: ({ db, voucherId }) =>
      sql`UPDATE seckill_vouchers SET claimed = claimed + 1 WHERE voucher_id = ${voucherId}`.execute(db),
  },
  {
    what: 'a voucher claim that was not released',
    atRest: true,
    red: [checkNames.claimsAreOrders],
    plant: ({ db, voucherId }) => sql`INSERT INTO voucher_claims VALUES ('left', ${voucherId}, 1, 990)`.execute(db),
  },
  {
    what: 'a user claim that was not released',
    atRest: true,
    red: [checkNames.claimsAreOrders],
    plant: ({ db, voucherId }) => sql`INSERT INTO user_claims VALUES (${voucherId}, 999, 1, 'left')`.execute(db),
  },
  {
    what: 'an admission that was not taken',
    atRest: true,
    red: [checkNames.atRest],
    plant: ({ redis, keys }) => redis.xadd(keys.admissions, '*', 'lane', 'left'),
  },
  {
    what: 'a run record that was not settled',
    atRest: true,
    red: [checkNames.atRest],
    plant: ({ redis, keys }) => redis.hset(keys.runs, 'left', 'lane'),
  },
  {
    what: 'a gate that is recovering',
    atRest: true,
    red: [],
    unknown: [
      checkNames.gateAddsUp,
      checkNames.gateRecounts,
      checkNames.atRest,
      checkNames.stocksAgree,
      checkNames.holdsAreOrders,
      checkNames.allEnded,
    ],
    plant: ({ redis, keys }) => redis.hset(keys.campaign, 'state', 'RECOVERING'),
  },
  {
    what: 'a purchase that never ended',
    atRest: true,
    red: [checkNames.atRest, checkNames.allEnded],
    plant: ({ db, refused }) =>
      sql`UPDATE purchases SET state = 'PROCESSING' WHERE reservation_id = ${refused.reservationId}`.execute(db),
  },
  {
    what: 'an order that is closing',
    atRest: true,
    red: [checkNames.atRest],
    plant: ({ db, sold }) =>
      sql`UPDATE orders SET state = 'CLOSING' WHERE reservation_id = ${sold[0].reservationId}`.execute(db),
  },
  {
    what: 'a unit that came back to the gate only',
    atRest: true,
    red: [checkNames.stocksAgree],
    plant: ({ redis, keys }) =>
      redis.multi().hincrby(keys.campaign, 'stock', 1).hincrby(keys.campaign, 'total', 1).exec(),
  },
  {
    what: 'a cancelled order whose hold is live',
    atRest: true,
    red: [checkNames.holdsAreOrders, checkNames.claimsAreOrders, checkNames.deductionsAreOrders],
    plant: async ({ db, sold }) => {
      const { reservationId } = sold[1]
      await sql`UPDATE orders SET state = 'CANCELLED' WHERE reservation_id = ${reservationId}`.execute(db)
      await sql`UPDATE purchases SET state = 'CANCELLED', reason = 'BUYER', ended_at = 1
        WHERE reservation_id = ${reservationId}`.execute(db)
    },
  },
  {
    what: 'as many live orders as live holds, but not of the same reservations',
    atRest: true,
    red: [checkNames.holdsAreOrders, checkNames.deductionsAreOrders],
    plant: async ({ db, sold, refused }) => {
      const [from, to] = [sold[1].reservationId, refused.reservationId]
      await sql`UPDATE orders SET reservation_id = ${to}, user_id = 4 WHERE reservation_id = ${from}`.execute(db)
      await sql`UPDATE purchases SET state = 'AWAITING_PAYMENT', order_id = ${`order-${from}`}
        WHERE reservation_id = ${to}`.execute(db)
      await sql`UPDATE purchases SET state = 'REFUSED', reason = 'SOLD_OUT', ended_at = 1
        WHERE reservation_id = ${from}`.execute(db)
    },
  },
  {
    what: 'a unit deducted for one order that another one has',
    atRest: true,
    red: [checkNames.deductionsAreOrders],
    plant: async ({ db, sold }) => {
      const [two, one] = [sold[0].reservationId, sold[1].reservationId]
      await sql`UPDATE stock_ledger SET units = 3 - units WHERE reference IN (${two}, ${one})`.execute(db)
    },
  },
  {
    what: 'an accepted purchase that nothing knows of',
    atRest: true,
    red: [checkNames.allEnded],
    plant: ({ db, voucherId }) => addTallies(db, 'killed', [{ voucherId, result: 'accepted', count: 1 }]),
  },
  {
    what: 'an admission without a purchase',
    atRest: true,
    red: [checkNames.allEnded],
    plant: ({ redis, keys }) => redis.hincrby(keys.campaign, 'seq', 1),
  },
  {
    what: 'a purchase refused without a reason',
    atRest: true,
    red: [checkNames.allExplained],
    plant: ({ db, refused }) =>
      sql`UPDATE purchases SET reason = NULL WHERE reservation_id = ${refused.reservationId}`.execute(db),
  },
  {
    what: 'a purchase that ended at no time',
    atRest: true,
    red: [checkNames.allExplained],
    plant: ({ db, refused }) =>
      sql`UPDATE purchases SET ended_at = NULL WHERE reservation_id = ${refused.reservationId}`.execute(db),
  },
  {
    what: 'a purchase awaiting payment of no order',
    atRest: true,
    red: [checkNames.allExplained],
    plant: ({ db, sold }) =>
      sql`UPDATE purchases SET order_id = NULL WHERE reservation_id = ${sold[0].reservationId}`.execute(db),
  },
  {
    what: 'a paid purchase whose order is gone',
    atRest: true,
    red: [
      checkNames.holdsAreOrders,
      checkNames.claimsAreOrders,
      checkNames.deductionsAreOrders,
      checkNames.allExplained,
      checkNames.moneyAddsUp,
      checkNames.paymentsHaveOrders,
    ],
    plant: ({ db, sold }) => sql`DELETE FROM orders WHERE reservation_id = ${sold[2].reservationId}`.execute(db),
  },
  {
    what: 'a cancelled purchase whose order is gone',
    atRest: true,
    red: [checkNames.allExplained],
    plant: ({ db, refused }) =>
      sql`UPDATE purchases SET state = 'CANCELLED', order_id = 'gone'
        WHERE reservation_id = ${refused.reservationId}`.execute(db),
  },
  {
    what: 'a refunded purchase whose order is still paid',
    atRest: true,
    red: [checkNames.allExplained],
    plant: ({ db, sold }) =>
      sql`UPDATE purchases SET state = 'REFUNDED', reason = 'OPERATOR'
        WHERE reservation_id = ${sold[2].reservationId}`.execute(db),
  },
  {
    what: 'a lane that awaits payment in a closed run',
    atRest: true,
    red: [checkNames.openRunsAwait],
    plant: async ({ db, sold }) => {
      const { reservationId } = sold[0]
      await sql`UPDATE purchases SET owner = 'closed' WHERE reservation_id = ${reservationId}`.execute(db)
      await sql`UPDATE orders SET owner = 'closed' WHERE reservation_id = ${reservationId}`.execute(db)
    },
  },
  {
    what: 'an owned lane that no run was given',
    atRest: true,
    red: [checkNames.lanesAreOwned],
    plant: ({ db, refused }) =>
      sql`INSERT INTO purchases (reservation_id, voucher_id, user_id, units, owner, state, reason, order_id, seq,
          admitted_at, taken_at, ended_at)
        SELECT CONCAT(reservation_id, '-x'), voucher_id, user_id, units, owner, state, reason, order_id, seq,
          admitted_at, taken_at, ended_at
        FROM purchases WHERE reservation_id = ${refused.reservationId}`.execute(db),
  },
  {
    what: 'an order without an admission',
    atRest: true,
    red: [checkNames.ordersAdmitted],
    plant: (sale) => order(sale, 6, 'CANCELLED'),
  },
  {
    what: 'an order of another user than the admitted one',
    atRest: true,
    red: [checkNames.ordersAdmitted],
    plant: ({ db, sold }) =>
      sql`UPDATE orders SET user_id = 7 WHERE reservation_id = ${sold[2].reservationId}`.execute(db),
  },
  {
    what: 'an order made by another run than the owner',
    atRest: true,
    red: [checkNames.oneOwner],
    plant: ({ db, sold }) =>
      sql`UPDATE orders SET owner = 'purchase-other' WHERE reservation_id = ${sold[0].reservationId}`.execute(db),
  },
]

let planted = 0

async function ledger(sale: FinishedSale, kind: string, units: number, reference?: string): Promise<void> {
  await sql`INSERT INTO stock_ledger (reference, kind, voucher_id, units, at)
    VALUES (${reference ?? `planted-${++planted}`}, ${kind}, ${sale.voucherId}, ${units}, 1)`.execute(sale.db)
}

async function order(sale: FinishedSale, userId: number, state: string): Promise<void> {
  const id = `planted-${++planted}`
  await sql`INSERT INTO orders (id, reservation_id, voucher_id, user_id, units, price_minor, currency, state, owner,
      created_at, pay_before, updated_at)
    VALUES (${id}, ${id}, ${sale.voucherId}, ${userId}, 1, 990, 'CNY', ${state}, 'nobody', ${nowMs}, ${nowMs}, ${nowMs})`.execute(
    sale.db,
  )
}
