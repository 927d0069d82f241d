import { announce } from './announce.js'
import { paymentById } from './find.js'
import { nextVersion } from './next-version.js'
import { commit, type Provider } from './provider.js'
import type { Payment } from './records.js'
import { Refusal } from './refusal.js'
import { isCaptured } from './transitions.js'

/**
 * Closes an open payment; one that is closed already stays as it is.
 *
 * @throws Refusal NOT_FOUND, PAYMENT_PENDING, PAYMENT_CAPTURED
 */
export function closePayment(provider: Provider, id: string): Payment {
  const payment = paymentNow(provider, id)
  if (isCaptured(payment.state)) throw new Refusal('PAYMENT_CAPTURED', { payment })
  if (payment.state === 'pending') throw new Refusal('PAYMENT_PENDING', { payment })
  return payment.state === 'closed' ? payment : close(provider, payment, 'merchant')
}

/** Closes the payment at its expiry when it is open then. */
export function closeWhenExpired(provider: Provider, { id, terms }: Payment): void {
  provider.timers.at(terms.expiresAt, () => {
    const payment = provider.store.payment(id)
    if (payment?.state === 'open') close(provider, payment, 'expiry')
  })
}

/** The payment by its id, closed when it is open past its expiry. @throws Refusal NOT_FOUND */
export function paymentNow(provider: Provider, id: string): Payment {
  const payment = paymentById(provider, id)
  // A payment can be paid before its expiry, not at it.
  const isOver = payment.state === 'open' && provider.now() >= payment.terms.expiresAt
  return isOver ? close(provider, payment, 'expiry') : payment
}

/** Captures a closed payment at the time that a behaviour gave it. */
export function captureWhenLate(provider: Provider, { id, lateCaptureAt }: Payment): void {
  if (lateCaptureAt === undefined) return
  provider.timers.at(lateCaptureAt, () => {
    const expected = provider.store.payment(id)
    if (expected?.state !== 'closed') return
    const now = provider.now()
    const payment = nextVersion(expected, now, { state: 'captured', capturedAt: now })
    const callback = announce(provider, 'payment.captured', payment)
    commit(provider, { verb: 'captureLate', expected, payment, callback })
  })
}

function close(provider: Provider, expected: Payment, closedBy: 'merchant' | 'expiry'): Payment {
  const now = provider.now()
  const subject = { paymentId: expected.id, merchantReference: expected.terms.merchantReference }
  const { captureAfterCloseShare, captureAfterCloseMs } = provider.behaviours.of(subject)
  const isLate = provider.behaviours.happens(captureAfterCloseShare, 'captureAfterClose', subject)
  const late = isLate ? { lateCaptureAt: now + captureAfterCloseMs } : {}
  const payment = nextVersion(expected, now, { state: 'closed', closedAt: now, closedBy, ...late })
  const callback = announce(provider, 'payment.closed', payment)
  commit(provider, { verb: 'close', expected, payment, callback })
  captureWhenLate(provider, payment)
  return payment
}
