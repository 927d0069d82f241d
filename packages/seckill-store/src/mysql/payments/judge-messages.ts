import type { Transaction } from 'kysely'
import type { Database, PaymentsTable, Quarantine } from '../database.js'
import type { RefundNews } from './refund-news.js'

/** A payment as a callback tells it. */
export interface ToldPayment {
  /** The provider's id. */
  readonly id: string
  readonly paymentId: string
  readonly state: 'open' | 'pending' | 'captured' | 'closed'
  readonly amountMinor: number
  readonly currency: string
}

/** A refund as a callback tells it. */
interface ToldRefund extends Omit<RefundNews, 'paymentId'> {
  readonly providerPaymentId: string
  readonly amountMinor: number
}

/** A verified callback about a payment or a refund. */
export type InboxMessage = {
  /** At most 160 visible ASCII characters. */
  readonly messageId: string
  readonly body: string
} & (
  | { readonly kind: 'payment'; readonly payment: ToldPayment }
  | { readonly kind: 'refund'; readonly refund: ToldRefund }
)

type KnownPayment = Pick<PaymentsTable, 'id' | 'provider_id' | 'amount_minor' | 'currency'>

/** A callback, the payment that it names, and the reason for which it must change nothing; null for one that fits. */
export interface JudgedMessage {
  readonly message: InboxMessage
  readonly known: KnownPayment | undefined
  readonly reason: Quarantine | null
}

/** Compares each callback with the payment that it names. */
export async function judgeMessages(
  trx: Transaction<Database>,
  provider: string,
  messages: readonly InboxMessage[],
): Promise<readonly JudgedMessage[]> {
  const payments = await knownPayments(trx, provider, messages)
  const byId = new Map(payments.map((payment) => [payment.id, payment]))
  const byProviderId = new Map(payments.map((payment) => [payment.provider_id, payment]))
  return messages.map((message) => {
    if (message.kind === 'payment') {
      const known = byId.get(message.payment.paymentId)
      return { message, known, reason: misfitOfPayment(message.payment, known) }
    }
    const known = byProviderId.get(message.refund.providerPaymentId)
    return { message, known, reason: misfitOfRefund(message.refund, known) }
  })
}

/** The columns of ids are ASCII; nothing of the sale has an id with other characters. */
const idForm = /^[\x21-\x7e]{1,128}$/

/** The payments that callbacks name, by the sale's id or the provider's. */
async function knownPayments(
  trx: Transaction<Database>,
  provider: string,
  messages: readonly InboxMessage[],
): Promise<readonly KnownPayment[]> {
  const namedBy = (column: 'id' | 'provider_id', ids: readonly string[]): Promise<KnownPayment[]> => {
    const asked = ids.filter((id) => idForm.test(id))
    if (asked.length === 0) return Promise.resolve([])
    return trx
      .selectFrom('payments')
      .select(['id', 'provider_id', 'amount_minor', 'currency'])
      .where('provider', '=', provider)
      .where(column, 'in', asked)
      .execute()
  }
  const ids = messages.flatMap((message) => (message.kind === 'payment' ? [message.payment.paymentId] : []))
  const refunded = messages.flatMap((message) => (message.kind === 'refund' ? [message.refund.providerPaymentId] : []))
  return [...(await namedBy('id', ids)), ...(await namedBy('provider_id', refunded))]
}

function misfitOfPayment(payment: ToldPayment, known: KnownPayment | undefined): Quarantine | null {
  if (known === undefined || !idForm.test(payment.id)) return 'UNKNOWN_PAYMENT'
  if (known.provider_id !== null && known.provider_id !== payment.id) return 'UNKNOWN_PAYMENT'
  if (known.currency !== payment.currency) return 'FOREIGN_CURRENCY'
  return known.amount_minor === payment.amountMinor ? null : 'FOREIGN_AMOUNT'
}

/** All of a payment goes back, or nothing of it. */
function misfitOfRefund({ amountMinor }: ToldRefund, known: KnownPayment | undefined): Quarantine | null {
  if (known === undefined) return 'UNKNOWN_PAYMENT'
  return known.amount_minor === amountMinor ? null : 'FOREIGN_AMOUNT'
}
