import type { ProviderPayment } from 'seckill-payment'
import type { KnownPayment } from 'seckill-store/mysql'
import type { Difference } from '../../contract/reconciliation.js'

/** Payments as the provider lists them, and as MySQL has them. */
export interface PaymentLedgers {
  readonly listed: readonly ProviderPayment[]
  /** MySQL's payments by id: those that are listed, and those of the same time that are not. */
  readonly known: ReadonlyMap<string, KnownPayment>
}

/** Compares the payments of the provider with those of MySQL. */
export function comparePayments({ listed, known }: PaymentLedgers): readonly Difference[] {
  const ids = new Set(listed.map(({ paymentId }) => paymentId))
  const unlisted = [...known.values()].filter(({ id }) => !ids.has(id))
  return [
    ...listed.flatMap((payment) => listedDifference(payment, known.get(payment.paymentId)) ?? []),
    ...unlisted.flatMap((payment) => unlistedDifference(payment) ?? []),
  ]
}

function listedDifference(payment: ProviderPayment, known: KnownPayment | undefined): Difference | null {
  const seen = seenIn(payment)
  if (known === undefined) return { ...seen, kind: 'unknown-payment' }
  if (!fits(payment, known)) {
    const ours = `${known.amount_minor} ${known.currency} as ${known.provider_id} in MySQL`
    return { ...seen, kind: 'foreign-payment', detail: `${seen.detail}; ${ours}` }
  }
  const detail = `${seen.detail}; ${known.state} in MySQL`
  return stateDifference(payment, known, { ...seen, detail }) ?? refundDifference(payment, known, { ...seen, detail })
}

type Seen = Omit<Difference, 'kind'>

function seenIn({ paymentId, id, state, amountMinor, currency, refundedMinor }: ProviderPayment): Seen {
  const refunded = refundedMinor > 0 ? `, ${refundedMinor} of it refunded` : ''
  return {
    harm: 'money',
    subject: paymentId,
    evidence: `${id} ${state} ${refundedMinor}`,
    detail: `${id} is ${state} at the provider, ${amountMinor} ${currency}${refunded}`,
  }
}

function fits(payment: ProviderPayment, known: KnownPayment): boolean {
  const isSame = known.provider_id === null || known.provider_id === payment.id
  return isSame && known.amount_minor === payment.amountMinor && known.currency === payment.currency
}

function stateDifference({ state }: ProviderPayment, known: KnownPayment, seen: Seen): Difference | null {
  const isOpen = known.state === 'REQUESTED' || known.state === 'OPEN'
  if (state === 'captured') return known.state === 'CAPTURED' ? null : { ...seen, kind: 'lost-capture' }
  if (state === 'closed' && isOpen) return { ...seen, kind: 'lost-close' }
  return known.state === 'CAPTURED' ? { ...seen, kind: 'unbacked-payment' } : null
}

/** A refund that is under way here is its run's to bring to an end. */
function refundDifference({ refundedMinor }: ProviderPayment, known: KnownPayment, seen: Seen): Difference | null {
  const detail = `${seen.detail}, refund ${known.refund ?? 'none'}`
  if (known.refund === 'DONE' && refundedMinor !== known.amount_minor)
    return { ...seen, detail, kind: 'unbacked-refund' }
  return known.refund === null && refundedMinor > 0 ? { ...seen, detail, kind: 'unknown-refund' } : null
}

/** A payment without the provider's id may still be on its way there. */
function unlistedDifference({ id, state, provider_id, amount_minor, currency }: KnownPayment): Difference | null {
  if (provider_id === null) return null
  const detail = `${provider_id}, ${amount_minor} ${currency}, ${state} in MySQL, is not in the provider's list`
  return { kind: 'unbacked-payment', harm: 'money', subject: id, evidence: `${provider_id} ${state}`, detail }
}
