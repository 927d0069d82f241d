/** The id of an order's one payment; the provider knows the payment by it. */
export function paymentIdOf(orderId: string): string {
  return `P-${orderId}`
}

/** The id of a payment's one refund. */
export function refundIdOf(paymentId: string): string {
  return `R-${paymentId}`
}
