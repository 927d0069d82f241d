/** One lane of the purchase saga: what the gate admitted. JSON-safe; times in epoch milliseconds. */
export interface Purchase {
  /** `<voucherId>-<128 random bits, base32>`; also the shopper's traceId, the lane key and the order's origin. */
  readonly reservationId: string
  readonly voucherId: number
  readonly userId: number
  /** Units asked for; counts against stock, limit per user and price. */
  readonly quantity: number
  /** The gate's running number of this admission, per voucher, starting at 1. */
  readonly seq: number
  /** Redis time of the admission. */
  readonly admittedAt: number
}

/** The value of a done `createOrder` step. */
export interface CreatedOrder {
  readonly orderId: string
  /** Database time after which the order can no longer be paid. */
  readonly payBefore: number
}
