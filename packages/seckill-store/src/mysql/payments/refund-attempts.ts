import type { Kysely } from 'kysely'
import { nowMs } from '../clock.js'
import type { Database, RefundsTable } from '../database.js'
import { refundTransitions, statesBefore } from '../transitions.js'
import { refundStates } from './refund-news.js'

/** A refund with what the provider has to know. */
export interface OpenRefund
  extends Pick<RefundsTable, 'id' | 'state' | 'attempt' | 'reason' | 'amount_minor' | 'currency'> {
  readonly providerId: string | null
  /** The provider's id of the payment; a captured payment has one. */
  readonly providerPaymentId: string | null
}

/** One refund; undefined where there is none. */
export function readRefund(db: Kysely<Database>, refundId: string): Promise<OpenRefund | undefined> {
  return db
    .selectFrom('refunds as r')
    .innerJoin('payments as p', 'p.id', 'r.payment_id')
    .select(['r.id', 'r.state', 'r.attempt', 'r.reason', 'r.amount_minor', 'r.currency'])
    .select(['r.provider_id as providerId', 'p.provider_id as providerPaymentId'])
    .where('r.id', '=', refundId)
    .executeTakeFirst()
}

/** Refunds by id, as an operator sees them. */
export function findRefunds(db: Kysely<Database>, refundIds: readonly string[]): Promise<readonly RefundsTable[]> {
  if (refundIds.length === 0) return Promise.resolve([])
  return db.selectFrom('refunds').selectAll().where('id', 'in', refundIds).execute()
}

/** Begins the next attempt of a refund that failed. */
export async function retryRefund(db: Kysely<Database>, { id, attempt }: OpenRefund): Promise<void> {
  await db
    .updateTable('refunds')
    .set({ state: 'REQUESTED', attempt: attempt + 1, provider_id: null, updated_at: nowMs })
    .where('id', '=', id)
    .where('attempt', '=', attempt)
    .where('state', '=', 'FAILED')
    .execute()
}

/** Records the provider's answer to one attempt of a refund; an answer to an earlier attempt changes nothing. */
export async function recordRefundAnswer(
  db: Kysely<Database>,
  { id, attempt }: Pick<OpenRefund, 'id' | 'attempt'>,
  answer: { readonly id: string; readonly state: keyof typeof refundStates },
): Promise<void> {
  const state = refundStates[answer.state]
  await db
    .updateTable('refunds')
    .set({ state, provider_id: answer.id, updated_at: nowMs })
    .where('id', '=', id)
    .where('attempt', '=', attempt)
    .where('state', 'in', statesBefore(refundTransitions, state))
    .execute()
}
