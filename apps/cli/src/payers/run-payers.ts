import { setTimeout as delay } from 'node:timers/promises'
import pLimit from 'p-limit'
import type { Sources } from '../sale/sources.js'
import { signToken } from '../sale/tokens.js'
import { act, type OpenOrder, type PayerDesk } from './payer.js'
import { kindOf, type PayerKind } from './plan.js'

export interface PayersOptions {
  readonly apiUrl: string
  /** Secret the API verifies local tokens with. */
  readonly secret: string
  readonly voucherId: number
  /** Winners above this user id pay at once. */
  readonly lastPlannedUser: number
}

/** Buyers who act on their orders as these appear. */
export interface Payers {
  /** Stops to look for orders, and resolves when each buyer has acted. @throws Error of the first buyer who could not */
  end(): Promise<Readonly<Partial<Record<PayerKind, number>>>>
}

const pollMs = 100
/** Buyers at the same time. */
const atOnce = 48

/** Lets the winners of a voucher pay, leave or cancel. */
export function startPayers({ db }: Pick<Sources, 'db'>, options: PayersOptions): Payers {
  const { apiUrl, secret, voucherId, lastPlannedUser } = options
  const desk: PayerDesk = { apiUrl, tokenOf: (userId) => signToken(secret, { userId }) }
  const limit = pLimit(atOnce)
  const acting = new Map<string, Promise<void>>()
  const counts: Partial<Record<PayerKind, number>> = {}
  const ending = new AbortController()
  const failures: unknown[] = []

  const look = async (): Promise<void> => {
    // MySQL may be down for a while; the next look finds the same orders.
    for (const order of await openOrders(db, voucherId).catch(() => [])) {
      if (acting.has(order.orderId)) continue
      const kind = order.userId > lastPlannedUser ? 'atOnce' : kindOf(acting.size)
      counts[kind] = (counts[kind] ?? 0) + 1
      // A late buyer waits outside of the limit.
      const acted = kind === 'late' ? act(desk, kind, order) : limit(() => act(desk, kind, order))
      acting.set(
        order.orderId,
        acted.catch((error: unknown) => void failures.push(error)),
      )
    }
  }
  const looking = (async () => {
    while (!ending.signal.aborted) {
      await look()
      await delay(pollMs, undefined, { signal: ending.signal }).catch(() => undefined)
    }
  })()
  looking.catch(() => undefined)
  return {
    async end() {
      ending.abort()
      await looking
      await Promise.all(acting.values())
      if (failures.length > 0) throw failures[0]
      return counts
    },
  }
}

/** A voucher's orders that await their payment, oldest first. */
export async function openOrders(db: Sources['db'], voucherId: number): Promise<readonly OpenOrder[]> {
  return db
    .selectFrom('orders')
    .select(['id as orderId', 'reservation_id as traceId', 'user_id as userId', 'pay_before as payBefore'])
    .where('voucher_id', '=', voucherId)
    .where('state', '=', 'PENDING_PAYMENT')
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}
