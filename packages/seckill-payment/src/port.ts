/**
 * A payment at the provider. `open`: it can be paid. `pending`: its payer has begun, and its end is not known yet. `captured`: the money
 * is taken. `closed`: it can no longer be paid.
 */
export type ProviderPaymentState = 'open' | 'pending' | 'captured' | 'closed'

/** A payment as the provider knows it; amounts in minor units, times in epoch milliseconds. */
export interface ProviderPayment {
  /** The provider's id. */
  readonly id: string
  /** The sale's id of the payment, as it was requested. */
  readonly paymentId: string
  readonly state: ProviderPaymentState
  readonly amountMinor: number
  readonly currency: string
  readonly refundedMinor: number
  /** The address of the page on which it is paid; null where it can no longer be paid. */
  readonly payUrl: string | null
}

/** A payment to create. The provider knows at most one payment of each `paymentId`. */
export interface PaymentRequest {
  readonly paymentId: string
  readonly amountMinor: number
  /** ISO 4217. */
  readonly currency: string
  /** The text that the payer sees. */
  readonly description: string
  /** Epoch milliseconds at which the provider closes it by itself. */
  readonly expiresAt: number
  /** The address that the payer returns to. */
  readonly returnUrl: string
}

/** The answer to a close: `closed` and `captured` are final; a `pending` payment could not be closed yet. */
export interface ClosedPayment {
  readonly payment: ProviderPayment
  readonly state: 'closed' | 'captured' | 'pending'
}

export type ProviderRefundState = 'pending' | 'succeeded' | 'failed'

/** A refund as the provider knows it. */
export interface ProviderRefund {
  /** The provider's id. */
  readonly id: string
  /** The provider's id of the payment. */
  readonly providerPaymentId: string
  readonly amountMinor: number
  readonly state: ProviderRefundState
}

/** A refund to make. The provider makes at most one of each `attemptId`; one that failed stays failed. */
export interface RefundRequest {
  readonly attemptId: string
  /** The provider's id of the payment. */
  readonly providerPaymentId: string
  readonly amountMinor: number
  readonly currency: string
  readonly reason: string
}

/** A time range, half-open, in epoch milliseconds; `cursor` is that of the page before. */
export interface PaymentPageRequest {
  readonly createdFrom: number
  readonly createdBefore: number
  readonly cursor?: string
}

/** Payments of the provider, in the order of their creation; `cursor` is null behind the last page. */
export interface PaymentPage {
  readonly payments: readonly ProviderPayment[]
  readonly cursor: string | null
}

/** A callback as it came; the body is the bytes that were signed. */
export interface CallbackRequest {
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}

/** A verified callback. Callbacks come at least once and in any order; `messageId` is the same for each copy. */
export interface PaymentCallback {
  readonly messageId: string
  /** The payment or refund as it was at the time of the change. */
  readonly payment: ProviderPayment
  readonly refund: ProviderRefund | null
}

/**
 * A payment provider. Every call may be repeated: what it does, it does once.
 *
 * Each call throws ProviderUnavailableError when there is no answer that can be trusted, and PaymentRefusedError for a refusal for good.
 */
export interface PaymentProvider {
  /** The name under which the sale stores the provider's payments. */
  readonly name: string
  /** Creates a payment, or returns the one that was created with this `paymentId`. */
  create(request: PaymentRequest, signal?: AbortSignal): Promise<ProviderPayment>
  /**
   * Makes a payment that cannot be captured any more. It creates the payment first where the provider does not know it, so that a
   * creation that is still on its way finds it closed.
   */
  close(request: PaymentRequest, signal?: AbortSignal): Promise<ClosedPayment>
  /** The payment of a `paymentId`; undefined where the provider has none. */
  find(paymentId: string, signal?: AbortSignal): Promise<ProviderPayment | undefined>
  /** Payments by their time of creation. */
  list(page: PaymentPageRequest, signal?: AbortSignal): Promise<PaymentPage>
  /** Requests a refund, or returns the one that was requested with this `attemptId`. */
  refund(request: RefundRequest, signal?: AbortSignal): Promise<ProviderRefund>
  /** A refund by the provider's id. */
  findRefund(providerRefundId: string, signal?: AbortSignal): Promise<ProviderRefund>
  /**
   * Verifies and reads a callback; undefined for one that is genuine and of no interest.
   *
   * @throws CallbackRejectedError for one that is unsigned, older than 5 minutes, or malformed
   */
  readCallback(request: CallbackRequest): PaymentCallback | undefined
}
