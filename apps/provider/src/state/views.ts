import type { Payment, Refund } from './records.js'

/** A payment as the merchant sees it. */
export function paymentView(payment: Payment, paymentUrl: string) {
  const { merchantReference, amount, currency, description, expiresAt, returnUrl, callbackUrl } = payment.terms
  return {
    id: payment.id,
    merchantReference,
    state: payment.state,
    amount,
    currency,
    description,
    expiresAt,
    returnUrl,
    callbackUrl,
    paymentUrl,
    createdAt: payment.createdAt,
    updatedAt: payment.updatedAt,
    capturedAt: payment.capturedAt ?? null,
    closedAt: payment.closedAt ?? null,
    closedBy: payment.closedBy ?? null,
    failedAttempts: payment.failedAttempts,
    refundedAmount: payment.refundedAmount,
    pendingRefundAmount: payment.pendingAmount,
  }
}

/** A refund as the merchant sees it. */
export function refundView({ id, paymentId, amount, reason, state, createdAt, updatedAt }: Refund) {
  return { id, paymentId, amount, reason, state, createdAt, updatedAt }
}

/** A payment as its payer sees it. */
export function payerView({ id, state, terms }: Payment) {
  const { amount, currency, description, expiresAt, returnUrl } = terms
  return { id, state, amount, currency, description, expiresAt, returnUrl }
}
