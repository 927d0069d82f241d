import { type Kysely, sql, type Transaction } from 'kysely'
import { nowMs } from '../clock.js'
import type { Database, Quarantine } from '../database.js'
import { inTransaction } from '../in-transaction.js'
import { type Capture, type ChangedLane, recordCaptures } from './captures.js'
import { recordCloses } from './close-payments.js'
import { type InboxMessage, type JudgedMessage, judgeMessages, type ToldPayment } from './judge-messages.js'
import { type RefundNews, recordRefundNews } from './refund-news.js'

/** What callbacks changed; a callback that does not fit is kept in quarantine. */
export interface AppliedMessages {
  readonly paid: readonly ChangedLane[]
  readonly quarantined: readonly { readonly messageId: string; readonly reason: Quarantine }[]
}

/**
 * Stores callbacks and applies them, in one transaction: only a callback that names a known payment, with its amount and currency, changes
 * anything, and one that is applied again changes nothing. The caller acknowledges them after this has resolved.
 */
export function applyMessages(
  db: Kysely<Database>,
  provider: string,
  messages: readonly InboxMessage[],
): Promise<AppliedMessages> {
  return inTransaction(db, async (trx) => {
    const judged = await judgeMessages(trx, provider, messages)
    await insertMessages(trx, provider, judged)
    const { payments, refunds } = newsIn(judged)
    const captures = payments.filter(({ state }) => state === 'captured')
    const { paid } = await recordCaptures(trx, captures.map(captureOf))
    const closes = payments.filter(({ state }) => state === 'closed')
    await recordCloses(
      trx,
      closes.map(({ paymentId }) => paymentId),
    )
    await recordRefundNews(trx, refunds)
    const quarantined = judged.flatMap(({ message: { messageId }, reason }) =>
      reason === null ? [] : [{ messageId, reason }],
    )
    return { paid, quarantined }
  })
}

/** In the order of their ids, so that two transactions with the same callbacks never wait for each other. */
async function insertMessages(
  trx: Transaction<Database>,
  provider: string,
  judged: readonly JudgedMessage[],
): Promise<void> {
  const rows = judged.map(({ message, known, reason }) => ({
    provider,
    message_id: message.messageId,
    received_at: nowMs,
    quarantine: reason,
    payment_id: known?.id ?? null,
    body: message.body,
  }))
  rows.sort((a, b) => (a.message_id < b.message_id ? -1 : 1))
  await trx
    .insertInto('payment_inbox')
    .values(rows)
    .onDuplicateKeyUpdate({ message_id: sql`payment_inbox.message_id` })
    .execute()
}

/** The news of the callbacks that fit. */
function newsIn(judged: readonly JudgedMessage[]) {
  const payments: ToldPayment[] = []
  const refunds: RefundNews[] = []
  for (const { message, known, reason } of judged) {
    if (reason !== null || known === undefined) continue
    if (message.kind === 'payment') payments.push(message.payment)
    else refunds.push({ ...message.refund, paymentId: known.id })
  }
  return { payments, refunds }
}

function captureOf({ id, paymentId }: ToldPayment): Capture {
  return { paymentId, providerId: id }
}
