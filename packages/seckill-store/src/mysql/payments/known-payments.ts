import type { Kysely } from 'kysely'
import type { Database, PaymentState, PaymentsTable, RefundState } from '../database.js'

const openStates = ['REQUESTED', 'OPEN'] as const satisfies readonly PaymentState[]
const states = [...openStates, 'CAPTURED', 'CLOSED'] as const satisfies readonly PaymentState[]

/** A payment of the sale with its refund, to be compared with the provider's. */
export interface KnownPayment
  extends Pick<
    PaymentsTable,
    'id' | 'order_id' | 'voucher_id' | 'provider_id' | 'amount_minor' | 'currency' | 'state'
  > {
  /** The state of its refund; null without one. */
  readonly refund: RefundState | null
}

/** The time of the oldest payment that may still be paid, in epoch milliseconds; null where there is none. */
export async function oldestOpenPayment(db: Kysely<Database>, provider: string): Promise<number | null> {
  const { at } = await db
    .selectFrom('payments')
    .select((eb) => eb.fn.min<number | null>('created_at').as('at'))
    .where('provider', '=', provider)
    .where('state', 'in', openStates)
    .executeTakeFirstOrThrow()
  return at
}

/** The payments that were made at or after a time. */
export function paymentsSince(db: Kysely<Database>, provider: string, from: number): Promise<readonly KnownPayment[]> {
  return selectKnown(db, provider).where('p.state', 'in', states).where('p.created_at', '>=', from).execute()
}

const idsAQuery = 1_000

/** The payments with these ids. */
export async function paymentsById(
  db: Kysely<Database>,
  provider: string,
  ids: readonly string[],
): Promise<readonly KnownPayment[]> {
  const found: KnownPayment[] = []
  for (let first = 0; first < ids.length; first += idsAQuery) {
    found.push(
      ...(await selectKnown(db, provider)
        .where('p.id', 'in', ids.slice(first, first + idsAQuery))
        .execute()),
    )
  }
  return found
}

function selectKnown(db: Kysely<Database>, provider: string) {
  return db
    .selectFrom('payments as p')
    .leftJoin('refunds as r', 'r.payment_id', 'p.id')
    .select(['p.id', 'p.order_id', 'p.voucher_id', 'p.provider_id', 'p.amount_minor', 'p.currency', 'p.state'])
    .select('r.state as refund')
    .where('p.provider', '=', provider)
}
