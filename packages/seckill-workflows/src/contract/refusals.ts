/** Reasons of the purchase saga to refuse a lane; stored as the purchase's `reason` and shown to the shopper. */
export const Refusal = {
  UserUnknown: 'USER_UNKNOWN',
  UserBlocked: 'USER_BLOCKED',
  KeyReused: 'KEY_REUSED',
  LimitReached: 'LIMIT_REACHED',
  NotOnSale: 'NOT_ON_SALE',
  OutsideWindow: 'OUTSIDE_WINDOW',
  SoldOut: 'SOLD_OUT',
  CancelledByBuyer: 'CANCELLED_BY_BUYER',
  PaymentExpired: 'PAYMENT_EXPIRED',
  /** Its run was ended from outside while it rolled back, and started again. */
  RolledBack: 'ROLLED_BACK',
} as const
export type Refusal = (typeof Refusal)[keyof typeof Refusal]

/** The reason of a purchase whose order was refunded. */
export const orderRefunded = 'ORDER_REFUNDED'
