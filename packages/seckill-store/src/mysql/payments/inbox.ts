import { type Kysely, sql, type Transaction } from 'kysely'
import { nowMs } from '../clock.js'
import type { Database, PaymentsTable, Quarantine } from '../database.js'
import { paymentTransitions, statesBefore } from '../transitions.js'
import { type ChangedLane, recordCaptures } from './captures.js'
import { type RefundNews, recordRefundNews } from './refund-news.js'

/** A verified callback about a payment or a refund, with its body as it came. */
export type InboxMessage = { readonly messageId: string; readonly body: string } & (
  | { readonly kind: 'payment'; readonly payment: PaymentNews }
  | { readonly kind: 'refund'; readonly refund: RefundNews & { readonly providerPaymentId: string } }
)

/** A payment as the provider knows it. */
interface PaymentNews {
  /** The provider's id. */
  readonly id: string
  readonly paymentId: string
  readonly state: 'open' | 'pending' | 'captured' | 'closed'
  readonly amountMinor: number
  readonly currency: string
}

/** What callbacks changed; a callback that does not fit is kept in quarantine. */
export interface AppliedMessages {
  readonly paid: readonly ChangedLane[]
  readonly quarantined: readonly { readonly messageId: string; readonly reason: Quarantine }[]
}

/**
 * Stores callbacks and applies them, in one transaction: only a callback that names a known payment, with its amount and currency, changes
 * anything, and applied again it changes nothing more. The caller acknowledges them after this has resolved.
 */
export function applyMessages(
  db: Kysely<Database>,
  provider: string,
  messages: readonly InboxMessage[],
): Promise<AppliedMessages> {
  return db.transaction().execute(async (trx) => {
    const find = await knownPayments(trx, provider, messages)
    const judged = messages.map((message) => {
      const known = find(message)
      return { message, known, reason: misfit(message, known) }
    })
    await insertMessages(trx, provider, judged)
    const fitting = judged.filter(({ reason }) => reason === null).map(({ message }) => message)
    const payments = fitting.flatMap((message) => (message.kind === 'payment' ? [message.payment] : []))
    const captured = payments.filter(({ state }) => state === 'captured')
    const { paid } = await recordCaptures(
      trx,
      captured.map(({ id, paymentId }) => ({ paymentId, providerId: id })),
    )
    await closePayments(trx, payments)
    await recordRefundNews(
      trx,
      fitting.flatMap((message) => (message.kind === 'refund' ? [message.refund] : [])),
    )
    return { paid, quarantined: judged.flatMap(quarantinedOf) }
  })
}

type KnownPayment = Pick<PaymentsTable, 'id' | 'provider_id' | 'amount_minor' | 'currency'>

interface Judged {
  readonly message: InboxMessage
  readonly known: KnownPayment | undefined
  readonly reason: Quarantine | null
}

/** Finds the payment that a message is about: by the sale's id, or a refund's by the provider's. */
async function knownPayments(trx: Transaction<Database>, provider: string, messages: readonly InboxMessage[]) {
  const ids = messages.flatMap((message) => (message.kind === 'payment' ? [message.payment.paymentId] : []))
  const providerIds = messages.flatMap((message) =>
    message.kind === 'refund' ? [message.refund.providerPaymentId] : [],
  )
  const rows = await trx
    .selectFrom('payments')
    .select(['id', 'provider_id', 'amount_minor', 'currency'])
    .where('provider', '=', provider)
    .where((eb) =>
      eb.or([
        ...(ids.length > 0 ? [eb('id', 'in', ids)] : []),
        ...(providerIds.length > 0 ? [eb('provider_id', 'in', providerIds)] : []),
      ]),
    )
    .execute()
  const byId = new Map(rows.map((row) => [row.id, row]))
  const byProviderId = new Map(rows.map((row) => [row.provider_id, row]))
  return (message: InboxMessage): KnownPayment | undefined =>
    message.kind === 'payment'
      ? byId.get(message.payment.paymentId)
      : byProviderId.get(message.refund.providerPaymentId)
}

/** The reason for which a callback must change nothing; null for one that fits. */
function misfit(message: InboxMessage, known: KnownPayment | undefined): Quarantine | null {
  if (known === undefined) return 'UNKNOWN_PAYMENT'
  if (message.kind === 'refund') return null
  const { id, currency, amountMinor } = message.payment
  if (known.provider_id !== null && known.provider_id !== id) return 'UNKNOWN_PAYMENT'
  if (known.currency !== currency) return 'FOREIGN_CURRENCY'
  return known.amount_minor === amountMinor ? null : 'FOREIGN_AMOUNT'
}

function quarantinedOf({ message: { messageId }, reason }: Judged) {
  return reason === null ? [] : [{ messageId, reason }]
}

async function insertMessages(trx: Transaction<Database>, provider: string, judged: readonly Judged[]): Promise<void> {
  const rows = judged.map(({ message, known, reason }) => ({
    provider,
    message_id: message.messageId,
    received_at: nowMs,
    quarantine: reason,
    payment_id: known?.id ?? null,
    body: message.body,
  }))
  await trx
    .insertInto('payment_inbox')
    .values(rows)
    .onDuplicateKeyUpdate({ message_id: sql`payment_inbox.message_id` })
    .execute()
}

async function closePayments(trx: Transaction<Database>, payments: readonly PaymentNews[]): Promise<void> {
  const closed = payments.filter(({ state }) => state === 'closed').map(({ paymentId }) => paymentId)
  if (closed.length === 0) return
  await trx
    .updateTable('payments')
    .set({ state: 'CLOSED', pay_url: null, updated_at: nowMs })
    .where('id', 'in', closed)
    .where('state', 'in', statesBefore(paymentTransitions, 'CLOSED'))
    .execute()
}
