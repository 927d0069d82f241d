import { PaymentRefusedError, ProviderUnavailableError } from './errors.js'
import type { ClosedPayment, PaymentRequest, ProviderPayment } from './port.js'

/** The payment, where it is what was requested. @throws PaymentRefusedError OTHER_AMOUNT for one of another amount or currency */
export function requested(payment: ProviderPayment, request: PaymentRequest): ProviderPayment {
  if (payment.amountMinor === request.amountMinor && payment.currency === request.currency) return payment
  throw new PaymentRefusedError(
    'OTHER_AMOUNT',
    `Payment ${payment.id} of ${request.paymentId} is of ${payment.amountMinor} ${payment.currency}, not of ${request.amountMinor} ${request.currency}.`,
  )
}

/** The payment behind its close. @throws ProviderUnavailableError for one that is still open */
export function closed(payment: ProviderPayment): ClosedPayment {
  const { state } = payment
  if (state !== 'open') return { ...payment, state }
  throw new ProviderUnavailableError(`Payment ${payment.id} was answered as open to its close.`)
}
