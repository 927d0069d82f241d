import type { Provider } from './provider.js'
import type { Payment, Refund } from './records.js'
import { Refusal } from './refusal.js'

/** @throws Refusal NOT_FOUND */
export function paymentById({ store }: Provider, id: string): Payment {
  const payment = store.payment(id)
  if (payment === undefined) throw new Refusal('NOT_FOUND')
  return payment
}

/** @throws Refusal NOT_FOUND */
export function refundById({ store }: Provider, id: string): Refund {
  const refund = store.refund(id)
  if (refund === undefined) throw new Refusal('NOT_FOUND')
  return refund
}
