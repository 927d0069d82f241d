/** The provider gave no answer that can be trusted: the request may have been carried out. */
export class ProviderUnavailableError extends Error {
  override readonly name = 'ProviderUnavailableError'
}

/** The provider refused a request for good; it was not carried out, and the same request is refused again. */
export class PaymentRefusedError extends Error {
  override readonly name = 'PaymentRefusedError'
  readonly code: string

  /** @param code the provider's code of the refusal */
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** Reports whether an error is a refusal with a code of the provider. */
export function isRefusal(error: unknown, code: string): error is PaymentRefusedError {
  return error instanceof PaymentRefusedError && error.code === code
}

/** The reason that a callback is not trusted: no valid signature, too old or from the future, or a body that is no callback. */
export type CallbackRejection = 'UNSIGNED' | 'STALE' | 'MALFORMED'

/** A callback that must change nothing. */
export class CallbackRejectedError extends Error {
  override readonly name = 'CallbackRejectedError'
  readonly reason: CallbackRejection

  constructor(reason: CallbackRejection, message: string) {
    super(message)
    this.reason = reason
  }
}
