import { announce } from './announce.js'
import { closeWhenExpired, paymentNow } from './close.js'
import { nextVersion } from './next-version.js'
import { commit, type Provider } from './provider.js'
import type { Payment } from './records.js'
import { Refusal } from './refusal.js'
import { isCaptured } from './transitions.js'

/** Failed attempts of one payment. */
const maxFailedAttempts = 100

/** How an attempt of the payer ended. */
export interface Attempt {
  readonly outcome: 'pending' | 'captured' | 'failed'
  readonly payment: Payment
}

/**
 * The payer pays: the payment is captured, or by a behaviour the attempt fails, which leaves the payment open, or is pending first. A payment
 * that is captured or pending stays as it is.
 *
 * @throws Refusal NOT_FOUND, PAYMENT_CLOSED, TOO_MANY_ATTEMPTS
 */
export function pay(provider: Provider, id: string): Attempt {
  const payment = paymentNow(provider, id)
  if (isCaptured(payment.state)) return { outcome: 'captured', payment }
  if (payment.state === 'pending') return { outcome: 'pending', payment }
  checkPayable(payment)
  const { behaviours } = provider
  const subject = { paymentId: id, merchantReference: payment.terms.merchantReference }
  const { captureFailsShare, capturePendingShare, capturePendingMs } = behaviours.of(subject)
  const fails = behaviours.happens(captureFailsShare, 'captureFails', subject)
  if (behaviours.happens(capturePendingShare, 'capturePending', subject)) {
    return begun(provider, payment, { settlesAt: provider.now() + capturePendingMs, fails })
  }
  return fails ? failed(provider, payment) : captured(provider, payment)
}

/**
 * The payer's attempt fails; the payment stays open.
 *
 * @throws Refusal NOT_FOUND, PAYMENT_PENDING, PAYMENT_CAPTURED, PAYMENT_CLOSED, TOO_MANY_ATTEMPTS
 */
export function failAttempt(provider: Provider, id: string): Attempt {
  const payment = paymentNow(provider, id)
  if (isCaptured(payment.state)) throw new Refusal('PAYMENT_CAPTURED', { payment })
  if (payment.state === 'pending') throw new Refusal('PAYMENT_PENDING', { payment })
  checkPayable(payment)
  return failed(provider, payment)
}

/** Ends the attempt of a pending payment at its time. */
export function endAttemptWhenDue(provider: Provider, { id, attempt }: Payment): void {
  if (attempt === undefined) return
  provider.timers.at(attempt.settlesAt, () => {
    const payment = provider.store.payment(id)
    if (payment?.state !== 'pending') return
    if (!attempt.fails) captured(provider, payment)
    // Its expiry may have passed meanwhile.
    else closeWhenExpired(provider, failed(provider, payment).payment)
  })
}

function checkPayable(payment: Payment): void {
  if (payment.state === 'closed') throw new Refusal('PAYMENT_CLOSED', { payment })
  if (payment.failedAttempts >= maxFailedAttempts) throw new Refusal('TOO_MANY_ATTEMPTS', { payment })
}

function begun(provider: Provider, expected: Payment, attempt: NonNullable<Payment['attempt']>): Attempt {
  const payment = nextVersion(expected, provider.now(), { state: 'pending', attempt })
  const callback = announce(provider, 'payment.pending', payment)
  commit(provider, { verb: 'begin', expected, payment, callback })
  endAttemptWhenDue(provider, payment)
  return { outcome: 'pending', payment }
}

function captured(provider: Provider, expected: Payment): Attempt {
  const now = provider.now()
  const payment = nextVersion(expected, now, { state: 'captured', capturedAt: now })
  const callback = announce(provider, 'payment.captured', payment)
  commit(provider, { verb: 'capture', expected, payment, callback })
  return { outcome: 'captured', payment }
}

function failed(provider: Provider, expected: Payment): Attempt {
  const payment = nextVersion(expected, provider.now(), {
    state: 'open',
    failedAttempts: expected.failedAttempts + 1,
  })
  const callback = announce(provider, 'payment.failed', payment)
  commit(provider, { verb: 'fail', expected, payment, callback })
  return { outcome: 'failed', payment }
}
