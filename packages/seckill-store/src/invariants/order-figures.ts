import type { Transaction } from 'kysely'
import type { Database, OrderState } from '../mysql/database.js'
import { liveOrderStates } from '../mysql/transitions.js'

/** Orders of one state: how many, their units, and their prices together in minor units. */
interface OrderSum {
  readonly orders: number
  readonly units: number
  readonly priceMinor: number
}

/** The orders of one sale, and those that break an invariant. */
export interface OrderFigures {
  readonly sums: Readonly<Record<OrderState, OrderSum>>
  /** Reservations of live orders. */
  readonly live: readonly string[]
  readonly liveUnits: number
  readonly overLimit: readonly { readonly userId: number; readonly units: number }[]
  /** Orders that no purchase with an admission number of the gate, the same buyer and the same units stands for. */
  readonly unadmitted: readonly string[]
  /** Reservations whose order another workflow made than the one that owns the lane. */
  readonly foreign: readonly string[]
}

/** Reads a voucher's orders against its purchases. */
export async function readOrders(
  trx: Transaction<Database>,
  voucherId: number,
  bounds: { readonly limitPerUser: number; readonly lastSeq: number },
): Promise<OrderFigures> {
  const live = await liveOrders(trx, voucherId).select(['reservation_id', 'units']).execute()
  const overLimit = await liveOrders(trx, voucherId)
    .select((eb) => ['user_id as userId', eb.fn.sum<number>('units').as('units')])
    .groupBy('user_id')
    .having((eb) => eb(eb.fn.sum<number>('units'), '>', bounds.limitPerUser))
    .orderBy('user_id')
    .execute()
  return {
    sums: await readSums(trx, voucherId),
    live: live.map((order) => order.reservation_id),
    liveUnits: live.reduce((units, order) => units + order.units, 0),
    overLimit,
    unadmitted: await readUnadmitted(trx, voucherId, bounds.lastSeq),
    foreign: await readForeign(trx, voucherId),
  }
}

const noOrders: OrderSum = { orders: 0, units: 0, priceMinor: 0 }

async function readSums(trx: Transaction<Database>, voucherId: number): Promise<OrderFigures['sums']> {
  const rows = await trx
    .selectFrom('orders')
    .select((eb) => [
      'state',
      eb.fn.countAll<number>().as('orders'),
      eb.fn.sum<number>('units').as('units'),
      eb.fn.sum<number>('price_minor').as('priceMinor'),
    ])
    .where('voucher_id', '=', voucherId)
    .groupBy('state')
    .execute()
  const sums = new Map(rows.map(({ state, ...sum }) => [state, sum]))
  const of = (state: OrderState): OrderSum => sums.get(state) ?? noOrders
  return {
    PENDING_PAYMENT: of('PENDING_PAYMENT'),
    CLOSING: of('CLOSING'),
    PAID: of('PAID'),
    EXPIRED: of('EXPIRED'),
    CANCELLED: of('CANCELLED'),
    REFUNDING: of('REFUNDING'),
    REFUNDED: of('REFUNDED'),
  }
}

function liveOrders(trx: Transaction<Database>, voucherId: number) {
  return trx.selectFrom('orders').where('voucher_id', '=', voucherId).where('state', 'in', liveOrderStates)
}

async function readUnadmitted(trx: Transaction<Database>, voucherId: number, lastSeq: number): Promise<string[]> {
  const rows = await trx
    .selectFrom('orders as o')
    .leftJoin('purchases as p', (join) =>
      join
        .onRef('p.reservation_id', '=', 'o.reservation_id')
        .onRef('p.voucher_id', '=', 'o.voucher_id')
        .onRef('p.user_id', '=', 'o.user_id')
        .onRef('p.units', '=', 'o.units')
        .on('p.seq', '>=', 1)
        .on('p.seq', '<=', lastSeq),
    )
    .select('o.id')
    .where('o.voucher_id', '=', voucherId)
    .where('p.reservation_id', 'is', null)
    .orderBy('o.id')
    .execute()
  return rows.map((row) => row.id)
}

async function readForeign(trx: Transaction<Database>, voucherId: number): Promise<string[]> {
  const rows = await trx
    .selectFrom('orders as o')
    .innerJoin('purchases as p', 'p.reservation_id', 'o.reservation_id')
    .select('o.reservation_id')
    .where('o.voucher_id', '=', voucherId)
    .whereRef('o.owner', '<>', 'p.owner')
    .orderBy('o.reservation_id')
    .execute()
  return rows.map((row) => row.reservation_id)
}
