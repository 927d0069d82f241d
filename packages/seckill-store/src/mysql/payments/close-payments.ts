import type { Transaction } from 'kysely'
import { nowMs } from '../clock.js'
import type { Database } from '../database.js'
import { paymentTransitions, statesBefore } from '../transitions.js'

/** Records that the provider has closed payments; one that was captured or closed before stays as it is. */
export async function recordCloses(trx: Transaction<Database>, paymentIds: readonly string[]): Promise<void> {
  if (paymentIds.length === 0) return
  await trx
    .updateTable('payments')
    .set({ state: 'CLOSED', pay_url: null, updated_at: nowMs })
    .where('id', 'in', paymentIds)
    .where('state', 'in', statesBefore(paymentTransitions, 'CLOSED'))
    .execute()
}
