import type { Transaction } from 'kysely'
import { nowMs } from '../clock.js'
import type { Database, RefundState } from '../database.js'
import { refundTransitions, statesBefore } from '../transitions.js'

/** News of a payment's refund at the provider. */
export interface RefundNews {
  readonly paymentId: string
  /** The provider's id of the refund. */
  readonly id: string
  readonly state: 'pending' | 'succeeded' | 'failed'
}

/** The state of a refund by the provider's word for it. */
export const refundStates = { pending: 'PENDING', succeeded: 'DONE', failed: 'FAILED' } as const satisfies Record<
  RefundNews['state'],
  RefundState
>

/** Records the states of refunds; news of an attempt that a later one followed change nothing. */
export async function recordRefundNews(trx: Transaction<Database>, news: readonly RefundNews[]): Promise<void> {
  for (const refund of news) {
    const state = refundStates[refund.state]
    await trx
      .updateTable('refunds')
      .set({ state, updated_at: nowMs })
      .where('payment_id', '=', refund.paymentId)
      .where('provider_id', '=', refund.id)
      .where('state', 'in', statesBefore(refundTransitions, state))
      .execute()
  }
}
