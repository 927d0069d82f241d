import { type PaymentProvider, PaymentRefusedError, ProviderUnavailableError } from 'seckill-payment'
import type { ProviderClosing, StandingPayment } from 'seckill-store/mysql'

/** The provider, and the sale's terms for it. */
export interface PaymentOptions {
  readonly provider: PaymentProvider
  /** Milliseconds that a payment gets which its payer has begun when the time to pay is over. */
  readonly extensionMs: number
  /** The address that a payer returns to. */
  readonly returnUrl: string
}

/**
 * Closes a payment at the provider; undefined while the provider gives no answer that can be trusted, or refuses: the payment may be
 * captured then, and its order stays closing.
 */
export async function closeAtProvider(
  { provider, returnUrl }: PaymentOptions,
  payment: StandingPayment,
): Promise<ProviderClosing | undefined> {
  try {
    const closed = await provider.close({
      paymentId: payment.id,
      providerPaymentId: payment.provider_id,
      requestedAt: payment.created_at,
      amountMinor: payment.amount_minor,
      currency: payment.currency,
      description: payment.order_id,
      expiresAt: payment.expires_at,
      returnUrl,
    })
    return { paymentId: payment.id, providerId: closed.id, state: closed.state }
  } catch (error) {
    if (error instanceof ProviderUnavailableError || error instanceof PaymentRefusedError) return undefined
    throw error
  }
}
