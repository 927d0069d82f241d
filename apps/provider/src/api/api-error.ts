/** The errors of the API with their HTTP status and message; README.md says what to do about each. */
export const errorCodes = {
  INVALID_REQUEST: [400, 'The request is not valid'],
  INVALID_JSON: [400, 'The body is not valid JSON'],
  UNAUTHENTICATED: [401, 'A valid bearer key is needed'],
  NOT_FOUND: [404, 'Not found'],
  METHOD_NOT_ALLOWED: [405, 'This path does not take that method'],
  REQUEST_TIMEOUT: [408, 'The request did not arrive in time'],
  PAYMENT_PENDING: [409, 'The payment is pending'],
  PAYMENT_CAPTURED: [409, 'The payment is captured'],
  PAYMENT_CLOSED: [409, 'The payment is closed'],
  PAYMENT_NOT_CAPTURED: [409, 'The payment is not captured'],
  TOO_MANY_ATTEMPTS: [409, 'The payment has as many failed attempts as it may have'],
  TOO_MANY_REFUNDS: [409, 'The payment has as many refunds as it may have'],
  BODY_TOO_LARGE: [413, 'The body has more than 16 KB'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'The body must be application/json'],
  KEY_REUSED: [422, 'This Idempotency-Key was used with another request'],
  REFUND_EXCEEDS: [422, 'The refunds would be more than was captured'],
  TOO_MANY_REQUESTS: [429, 'Too many requests; try again shortly'],
  HEADERS_TOO_LARGE: [431, 'The headers have more than 8 KB'],
  INTERNAL: [500, 'Something went wrong at the provider'],
  BUSY: [503, 'The provider works on as many requests as it may; try again shortly'],
  FULL: [507, 'The provider has as many records as it may have'],
} as const satisfies Record<string, readonly [status: number, message: string]>

/** The stable name of an error. */
export type ErrorCode = keyof typeof errorCodes

/** An error answer; a route throws it and the error handler sends it. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ErrorCode
  /** Members of the answer beside `error`. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, details: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(errorCodes[code][1], cause === undefined ? undefined : { cause })
    this.code = code
    this.details = details
  }
}
