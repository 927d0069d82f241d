import type { Payment } from './records.js'

/** Why a change is refused. */
type RefusalCode =
  | 'NOT_FOUND'
  | 'INVALID_REQUEST'
  | 'PAYMENT_PENDING'
  | 'PAYMENT_CAPTURED'
  | 'PAYMENT_CLOSED'
  | 'PAYMENT_NOT_CAPTURED'
  | 'TOO_MANY_ATTEMPTS'
  | 'TOO_MANY_REFUNDS'
  | 'KEY_REUSED'
  | 'REFUND_EXCEEDS'
  | 'FULL'

/** What a refusal says beside its code. */
export interface RefusalDetails {
  /** The payment as it is. */
  readonly payment?: Payment
  /** What may still be refunded, in minor units. */
  readonly left?: number
  readonly issues?: readonly { readonly field: string; readonly problem: string }[]
}

/** A change that is definitely not made. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  readonly details: RefusalDetails

  constructor(code: RefusalCode, details: RefusalDetails = {}) {
    super(code)
    this.code = code
    this.details = details
  }
}
