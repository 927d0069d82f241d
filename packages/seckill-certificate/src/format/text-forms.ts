import { z } from 'zod'
import { fromBase64url } from './base64url.js'

/** Base64url of a fixed number of bytes, in its one form. */
export function bytesText(length: number) {
  return z.string().refine((text) => fromBase64url(text)?.length === length, `must be base64url of ${length} bytes`)
}

/** A whole number that a double holds exactly. */
export const whole = z.int()

/** A count, of things or of units or of minor units of money. */
export const count = z.int().min(0)

/** The id of a voucher. */
export const voucherIdForm = z.int().min(1)

/** A reservation's id as the buyer has it. */
export const traceIdForm = z.string().regex(/^[\x21-\x7e]{1,64}$/, 'must be a trace id')

/** A SHA-256 digest. */
export const digestForm = bytesText(32)
