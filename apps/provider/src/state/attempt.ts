import { announce } from './announce.js'
import { paymentNow } from './close.js'
import { nextVersion } from './next-version.js'
import { commit, type Provider } from './provider.js'
import type { Payment } from './records.js'
import { Refusal } from './refusal.js'
import { isCaptured } from './transitions.js'

/** Failed attempts of one payment. */
const maxFailedAttempts = 100

/** How an attempt of the payer ended. */
export interface Attempt {
  readonly outcome: 'captured' | 'failed'
  readonly payment: Payment
}

/**
 * The payer pays: the payment is captured, or the attempt fails by a behaviour and the payment stays open. A captured payment stays as it is.
 *
 * @throws Refusal NOT_FOUND, PAYMENT_CLOSED, TOO_MANY_ATTEMPTS
 */
export function pay(provider: Provider, id: string): Attempt {
  const payment = paymentNow(provider, id)
  if (isCaptured(payment.state)) return { outcome: 'captured', payment }
  checkPayable(payment)
  const subject = { paymentId: id, merchantReference: payment.terms.merchantReference }
  const { captureFailsShare } = provider.behaviours.of(subject)
  return provider.behaviours.happens(captureFailsShare, 'captureFails', subject)
    ? failed(provider, payment)
    : captured(provider, payment)
}

/**
 * The payer's attempt fails; the payment stays open.
 *
 * @throws Refusal NOT_FOUND, PAYMENT_CAPTURED, PAYMENT_CLOSED, TOO_MANY_ATTEMPTS
 */
export function failAttempt(provider: Provider, id: string): Attempt {
  const payment = paymentNow(provider, id)
  if (isCaptured(payment.state)) throw new Refusal('PAYMENT_CAPTURED', { payment })
  checkPayable(payment)
  return failed(provider, payment)
}

function checkPayable(payment: Payment): void {
  if (payment.state === 'closed') throw new Refusal('PAYMENT_CLOSED', { payment })
  if (payment.failedAttempts >= maxFailedAttempts) throw new Refusal('TOO_MANY_ATTEMPTS', { payment })
}

function captured(provider: Provider, expected: Payment): Attempt {
  const now = provider.now()
  const payment = nextVersion(expected, now, { state: 'captured', capturedAt: now })
  const callback = announce(provider, 'payment.captured', payment)
  commit(provider, { verb: 'capture', expected, payment, callback })
  return { outcome: 'captured', payment }
}

function failed(provider: Provider, expected: Payment): Attempt {
  const payment = nextVersion(expected, provider.now(), { failedAttempts: expected.failedAttempts + 1 })
  const callback = announce(provider, 'payment.failed', payment)
  commit(provider, { verb: 'fail', expected, payment, callback })
  return { outcome: 'failed', payment }
}
