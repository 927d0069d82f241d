import type { Kysely, Transaction } from 'kysely'
import { databaseNow, nowMs } from '../clock.js'
import type { Database } from '../database.js'
import { inTransaction } from '../in-transaction.js'
import { paymentTransitions, statesBefore } from '../transitions.js'
import { recordCaptures } from './captures.js'
import { closeOrders, idsOf } from './close-orders.js'
import { lockOrdersOf } from './lock-orders.js'

/** The provider's answer to the close of one payment. */
export interface ProviderClosing {
  readonly paymentId: string
  readonly providerId: string
  readonly state: 'closed' | 'captured' | 'pending'
}

/**
 * Ends orders that are closing, by the provider's answers: closed, the order ends; captured, it is paid. A payment that is still pending
 * gets one extension of `extensionMs`, after which its order ends all the same; its money is then refunded when it comes.
 */
export function finishClosings(
  db: Kysely<Database>,
  closings: readonly ProviderClosing[],
  extensionMs: number,
): Promise<void> {
  return inTransaction(db, async (trx) => {
    const of = (state: ProviderClosing['state']) => closings.filter((closing) => closing.state === state)
    await recordCaptures(trx, of('captured'))
    await extend(trx, of('pending'), extensionMs)
    await endClosed(trx, of('closed'))
  })
}

async function lockClosing(trx: Transaction<Database>, closings: readonly ProviderClosing[]) {
  const orders = await lockOrdersOf(
    trx,
    closings.map(({ paymentId }) => paymentId),
  )
  return orders.filter(({ state }) => state === 'CLOSING')
}

async function endClosed(trx: Transaction<Database>, closings: readonly ProviderClosing[]): Promise<void> {
  await closeOrders(trx, await lockClosing(trx, closings))
  for (const { paymentId, providerId } of closings) {
    await trx
      .updateTable('payments')
      .set({ state: 'CLOSED', provider_id: providerId, pay_url: null, updated_at: nowMs })
      .where('id', '=', paymentId)
      .where('state', 'in', statesBefore(paymentTransitions, 'CLOSED'))
      .execute()
  }
}

async function extend(
  trx: Transaction<Database>,
  closings: readonly ProviderClosing[],
  extensionMs: number,
): Promise<void> {
  const orders = await lockClosing(trx, closings)
  if (orders.length === 0) return
  const now = await databaseNow(trx)
  const first = orders.filter(({ extended_until }) => extended_until === null)
  if (first.length > 0) {
    await trx
      .updateTable('orders')
      .set({ extended_until: now + extensionMs, updated_at: now })
      .where('id', 'in', idsOf(first))
      .execute()
  }
  const over = orders.filter(({ extended_until }) => extended_until !== null && now >= extended_until)
  await closeOrders(trx, over)
}
