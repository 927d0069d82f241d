import { type Kysely, sql, type Transaction } from 'kysely'
import { nowMs } from '../clock.js'
import type { Database, PaymentsTable, Quarantine } from '../database.js'
import { paymentTransitions, statesBefore } from '../transitions.js'
import { type ChangedLane, recordCaptures } from './captures.js'
import { recordRefundNews } from './refund-news.js'

/** A verified callback about a payment or its refund. */
export interface InboxMessage {
  readonly messageId: string
  readonly body: string
  readonly payment: {
    readonly id: string
    readonly paymentId: string
    readonly state: 'open' | 'pending' | 'captured' | 'closed'
    readonly amountMinor: number
    readonly currency: string
  }
  readonly refund: { readonly id: string; readonly state: 'pending' | 'succeeded' | 'failed' } | null
}

/** What callbacks changed; a callback that does not fit is kept in quarantine. */
export interface AppliedMessages {
  readonly paid: readonly ChangedLane[]
  readonly quarantined: readonly { readonly messageId: string; readonly reason: Quarantine }[]
}

/**
 * Stores callbacks and applies those that are new, in one transaction: only a callback that names a known payment, with its amount and
 * currency, changes anything. The caller acknowledges them after this has resolved.
 */
export function applyMessages(
  db: Kysely<Database>,
  provider: string,
  messages: readonly InboxMessage[],
): Promise<AppliedMessages> {
  return db.transaction().execute(async (trx) => {
    const payments = await paymentsOf(trx, provider, messages)
    const judged = messages.map((message) => ({
      message,
      reason: misfit(message, payments.get(message.payment.paymentId)),
    }))
    await insertMessages(trx, provider, judged)
    const fitting = judged.filter(({ reason }) => reason === null).map(({ message }) => message)
    const captured = fitting.filter(({ payment }) => payment.state === 'captured').map(captureOf)
    const { paid } = await recordCaptures(trx, captured)
    await closePayments(trx, fitting)
    await recordRefundNews(trx, fitting)
    const quarantined = judged.flatMap(({ message: { messageId }, reason }) =>
      reason === null ? [] : [{ messageId, reason }],
    )
    return { paid, quarantined }
  })
}

type KnownPayment = Pick<PaymentsTable, 'id' | 'provider_id' | 'amount_minor' | 'currency'>

async function paymentsOf(trx: Transaction<Database>, provider: string, messages: readonly InboxMessage[]) {
  const rows = await trx
    .selectFrom('payments')
    .select(['id', 'provider_id', 'amount_minor', 'currency'])
    .where('provider', '=', provider)
    .where(
      'id',
      'in',
      messages.map(({ payment }) => payment.paymentId),
    )
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

/** The reason for which a callback must change nothing; null for one that fits. */
function misfit({ payment }: InboxMessage, known: KnownPayment | undefined): Quarantine | null {
  if (known === undefined) return 'UNKNOWN_PAYMENT'
  if (known.provider_id !== null && known.provider_id !== payment.id) return 'UNKNOWN_PAYMENT'
  if (known.currency !== payment.currency) return 'FOREIGN_CURRENCY'
  return known.amount_minor === payment.amountMinor ? null : 'FOREIGN_AMOUNT'
}

async function insertMessages(
  trx: Transaction<Database>,
  provider: string,
  judged: readonly { readonly message: InboxMessage; readonly reason: Quarantine | null }[],
): Promise<void> {
  const rows = judged.map(({ message, reason }) => ({
    provider,
    message_id: message.messageId,
    received_at: nowMs,
    quarantine: reason,
    payment_id: message.payment.paymentId.slice(0, 64),
    body: message.body,
  }))
  await trx
    .insertInto('payment_inbox')
    .values(rows)
    .onDuplicateKeyUpdate({ message_id: sql`payment_inbox.message_id` })
    .execute()
}

function captureOf({ payment }: InboxMessage) {
  return { paymentId: payment.paymentId, providerId: payment.id }
}

async function closePayments(trx: Transaction<Database>, messages: readonly InboxMessage[]): Promise<void> {
  const closed = messages.filter(({ payment }) => payment.state === 'closed').map(({ payment }) => payment.paymentId)
  if (closed.length === 0) return
  await trx
    .updateTable('payments')
    .set({ state: 'CLOSED', pay_url: null, updated_at: nowMs })
    .where('id', 'in', closed)
    .where('state', 'in', statesBefore(paymentTransitions, 'CLOSED'))
    .execute()
}
