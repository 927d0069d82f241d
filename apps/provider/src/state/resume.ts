import { endAttemptWhenDue } from './attempt.js'
import { captureWhenLate, closeWhenExpired } from './close.js'
import type { Provider } from './provider.js'
import { settleWhenDue } from './refund.js'

/** Goes on with what a former process has left: expiries, pending attempts, late captures, pending refunds and callbacks. */
export function resume(provider: Provider): void {
  const { store, deliver } = provider
  for (let place = 0; place < store.payments.length; place += 1) {
    const payment = store.payments.at(place)
    if (payment.state === 'open') closeWhenExpired(provider, payment)
    if (payment.state === 'pending') endAttemptWhenDue(provider, payment)
    if (payment.state === 'closed') captureWhenLate(provider, payment)
  }
  for (let place = 0; place < store.refunds.length; place += 1) {
    const refund = store.refunds.at(place)
    if (refund.state === 'pending') settleWhenDue(provider, refund)
  }
  for (const callback of store.pendingCallbacks()) deliver(callback)
}
