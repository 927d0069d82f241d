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
  /** The sum of its refunds that did not fail; a provider may leave out those that are pending. */
  readonly refundedMinor: number
  /** The address of the page on which it is paid; null where it can no longer be paid. */
  readonly payUrl: string | null
}

/** A payment, as the sale refers to it. */
export interface PaymentReference {
  /** The sale's id of the payment. */
  readonly paymentId: string
  /** The provider's id; null while the sale does not know it. */
  readonly providerPaymentId: string | null
  /** Epoch milliseconds, no later than the first request to create it. A provider without an index of the sale's ids looks for it from here. */
  readonly requestedAt: number
}

/** A payment to create. The provider knows at most one payment of each `paymentId`. */
export interface PaymentRequest extends PaymentReference {
  readonly amountMinor: number
  /** ISO 4217. */
  readonly currency: string
  /** The text that the payer sees. */
  readonly description: string
  /** Epoch milliseconds at which the provider closes it by itself, where it can; elsewhere it stays open until `close`. */
  readonly expiresAt: number
  /** The address that the payer returns to. */
  readonly returnUrl: string
}

/** The answer to a close: `closed` and `captured` are final; a `pending` payment could not be closed yet. */
export type ClosedPayment = ProviderPayment & { readonly state: Exclude<ProviderPaymentState, 'open'> }

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

/** Payments of the provider, in an order of its own that stays as it is; `cursor` is null behind the last page. */
export interface PaymentPage {
  readonly payments: readonly ProviderPayment[]
  readonly cursor: string | null
}

/** A callback as it came; the body is the bytes that were signed. */
export interface CallbackRequest {
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}

/**
 * A verified callback, with the payment or the refund as it was at the time of the change. Callbacks come at least once, in any order, and
 * also before the answer to the request that made them; `messageId` is the same for each copy.
 */
export type PaymentCallback =
  | { readonly kind: 'payment'; readonly messageId: string; readonly payment: ProviderPayment }
  | { readonly kind: 'refund'; readonly messageId: string; readonly refund: ProviderRefund }

/** A circuit breaker's state. `open`: calls fail at once. `halfOpen`: one call is on its way to find out whether the provider answers. */
export type CircuitState = 'closed' | 'open' | 'halfOpen'

/**
 * A payment provider. Every call may be repeated: what it does, it does once.
 *
 * Each call throws ProviderUnavailableError when there is no answer that can be trusted, and PaymentRefusedError for a refusal for good.
 */
export interface PaymentProvider {
  /** The name under which the sale stores the provider's payments. */
  readonly name: string
  /** The state of the circuit breaker around the calls. */
  circuit(): CircuitState
  /** Creates a payment, or returns the one that was created with this `paymentId`. */
  create(request: PaymentRequest, signal?: AbortSignal): Promise<ProviderPayment>
  /**
   * Makes a payment that cannot be captured any more. It creates the payment first where the provider does not know it, so that a
   * creation that is still on its way finds it closed.
   */
  close(request: PaymentRequest, signal?: AbortSignal): Promise<ClosedPayment>
  /** The payment as it is now; undefined where the provider has none. */
  find(payment: PaymentReference, signal?: AbortSignal): Promise<ProviderPayment | undefined>
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
