import { z } from 'zod'
import type { ProviderPayment, ProviderPaymentState, ProviderRefund } from '../port.js'

const minor = z.int().min(0)

const paymentIntent = z.object({
  id: z.string(),
  status: z.string(),
  /** Null before the payer's first attempt; an id where it is not expanded. */
  latest_charge: z.union([z.object({ amount_refunded: minor }), z.string()]).nullable(),
})

/** A Checkout Session. */
export const checkoutSession = z.object({
  id: z.string(),
  object: z.literal('checkout.session'),
  /** Null for a session that the sale did not make. */
  client_reference_id: z.string().nullable(),
  amount_total: minor.nullable(),
  currency: z.string().nullable(),
  status: z.enum(['open', 'complete', 'expired']).nullable(),
  payment_status: z.enum(['paid', 'unpaid', 'no_payment_required']),
  /** Null before the payer's first attempt; an id where it is not expanded. */
  payment_intent: z.union([paymentIntent, z.string()]).nullable(),
  url: z.string().nullable(),
})
type CheckoutSession = z.output<typeof checkoutSession>

/** A page of the list of Checkout Sessions, the latest first. */
export const sessionList = z.object({ data: z.array(checkoutSession), has_more: z.boolean() })

/** A session as a payment of the port; undefined for one that the sale did not make. */
export function paymentOf(session: CheckoutSession, state = stateOf(session)): ProviderPayment | undefined {
  const { id, client_reference_id: paymentId, amount_total: amountMinor, currency, url } = session
  if (paymentId === null || amountMinor === null || currency === null) return undefined
  return {
    id,
    paymentId,
    state,
    amountMinor,
    currency: currency.toUpperCase(),
    refundedMinor: refundedOf(session),
    payUrl: state === 'open' ? url : null,
  }
}

function stateOf({ status, payment_status, payment_intent: intent }: CheckoutSession): ProviderPaymentState {
  if (payment_status === 'paid') return 'captured'
  if (status === 'open') return 'open'
  if (status === 'expired') return 'closed'
  // The payer is through with the page, and the money is on its way by a slow method, or did not come.
  return typeof intent === 'object' && intent !== null && intent.status !== 'processing' ? 'closed' : 'pending'
}

function refundedOf({ payment_intent: intent }: CheckoutSession): number {
  const charge = typeof intent === 'object' ? intent?.latest_charge : null
  return typeof charge === 'object' && charge !== null ? charge.amount_refunded : 0
}

const refundStates = {
  pending: 'pending',
  requires_action: 'pending',
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'failed',
} as const satisfies Record<string, ProviderRefund['state']>
type CardRefundState = keyof typeof refundStates

/** A Refund. */
export const refundObject = z.object({
  id: z.string(),
  object: z.literal('refund'),
  amount: minor,
  status: z.enum(Object.keys(refundStates) as [CardRefundState, ...CardRefundState[]]).nullable(),
  metadata: z.record(z.string(), z.string()),
})
type RefundObject = z.output<typeof refundObject>

/** A page of the list of Refunds. */
export const refundList = z.object({ data: z.array(refundObject), has_more: z.boolean() })

/** A refund as one of the port; undefined for one that the sale did not make. */
export function refundOf({ id, amount, status, metadata }: RefundObject): ProviderRefund | undefined {
  const providerPaymentId = metadata.checkout_session
  if (providerPaymentId === undefined) return undefined
  return { id, providerPaymentId, amountMinor: amount, state: refundStates[status ?? 'pending'] }
}

/** The body of an error. */
export const errorObject = z.object({
  error: z.object({ type: z.string(), code: z.string().nullish(), message: z.string().nullish() }),
})
