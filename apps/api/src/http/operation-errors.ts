import type { ErrorCode } from './error-codes.js'
import type { Operation } from './operation.js'

/** Errors of the HTTP server itself, and of a fault in any handler. */
const ofEveryRequest = [
  'INVALID_REQUEST',
  'REQUEST_TIMEOUT',
  'EXPECTATION_FAILED',
  'HEADERS_TOO_LARGE',
  'INTERNAL',
] as const satisfies readonly ErrorCode[]

const ofAccess = {
  anyone: ['TOO_MANY_REQUESTS'],
  buyer: ['UNAUTHENTICATED', 'UNAVAILABLE', 'TOO_MANY_REQUESTS'],
  admin: ['UNAUTHENTICATED', 'FORBIDDEN', 'UNAVAILABLE'],
} as const satisfies Record<Operation['access'], readonly ErrorCode[]>

/** A session's cookie changes something from its own page only; a viewer changes nothing. */
const ofChange = {
  anyone: [],
  buyer: ['CROSS_ORIGIN'],
  admin: ['CROSS_ORIGIN', 'OPERATOR_REQUIRED'],
} as const satisfies Record<Operation['access'], readonly ErrorCode[]>
const ofJsonBody = ['INVALID_JSON', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const satisfies readonly ErrorCode[]

/** Every error code that an operation can answer. */
export function errorsOf({ method, access, body, errors = [] }: Operation): ReadonlySet<ErrorCode> {
  return new Set<ErrorCode>([
    ...ofEveryRequest,
    ...ofAccess[access],
    ...(method === 'get' ? [] : ofChange[access]),
    ...(body === undefined ? [] : ofJsonBody),
    ...errors,
  ])
}
