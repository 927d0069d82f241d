import type { FoundPurchase } from 'seckill-client/admin'

/** The states of a purchase with their words, in the order of its life. */
export const purchaseStates: Readonly<Record<FoundPurchase['state'], string>> = {
  PROCESSING: 'processing',
  AWAITING_PAYMENT: 'awaiting payment',
  PAID: 'paid',
  REFUSED: 'refused',
  CANCELLED: 'cancelled',
  EXPIRED: 'expired',
  REFUNDED: 'refunded',
}

/** What a text in the search field names: a user, a trace id, or an order. */
export function searchedFor(
  text: string,
): { readonly userId: number } | { readonly traceId: string } | { readonly orderId: string } {
  const value = text.trim()
  if (/^\d+$/.test(value)) return { userId: Number(value) }
  return /^\d+-/.test(value) ? { traceId: value } : { orderId: value }
}
