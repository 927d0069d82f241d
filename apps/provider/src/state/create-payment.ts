import { isDeepStrictEqual } from 'node:util'
import { closeWhenExpired, paymentNow } from './close.js'
import { commit, newId, type Provider } from './provider.js'
import type { Payment, Terms } from './records.js'
import { Refusal } from './refusal.js'

/** The longest time from creation to expiry. */
const maxOpenMs = 7 * 24 * 3_600_000

/** A record, and whether its Idempotency-Key had made it before. */
export interface Made<T> {
  readonly record: T
  readonly replayed: boolean
}

/**
 * Creates a payment, or finds the one that its key has made. One whose `expiresAt` is over is made and closed at once: a merchant that is
 * to close a payment it may have asked for makes it, so that its request which is still on its way finds it closed.
 *
 * @throws Refusal KEY_REUSED with other terms; INVALID_REQUEST when `expiresAt` is more than a week away; FULL
 */
export function createPayment(provider: Provider, idempotencyKey: string, terms: Terms): Made<Payment> {
  const { store } = provider
  const known = store.paymentOfKey(idempotencyKey)
  if (known !== undefined) {
    if (isDeepStrictEqual(known.terms, terms)) return { record: known, replayed: true }
    throw new Refusal('KEY_REUSED')
  }
  const now = provider.now()
  checkExpiry(terms.expiresAt, now)
  checkRoom(provider)
  const last = store.payments.length === 0 ? undefined : store.payments.at(store.payments.length - 1)
  const createdAt = Math.max(now, last?.createdAt ?? 0)
  const payment: Payment = {
    id: newId('pay'),
    version: 1,
    idempotencyKey,
    terms,
    state: 'open',
    createdAt,
    updatedAt: createdAt,
    failedAttempts: 0,
    refundedAmount: 0,
    pendingAmount: 0,
    refunds: 0,
  }
  commit(provider, { verb: 'create', payment })
  closeWhenExpired(provider, payment)
  return { record: paymentNow(provider, payment.id), replayed: false }
}

/** @throws Refusal FULL when there are as many payments and refunds as there may be */
export function checkRoom({ store, maxRecords }: Provider): void {
  if (store.payments.length + store.refunds.length >= maxRecords) throw new Refusal('FULL')
}

function checkExpiry(expiresAt: number, now: number): void {
  if (expiresAt <= now + maxOpenMs) return
  const problem = 'must be within a week'
  throw new Refusal('INVALID_REQUEST', { issues: [{ field: 'body.expiresAt', problem }] })
}
