import { timingSafeEqual } from 'node:crypto'
import type { z } from 'zod'
import { CallbackRejectedError } from './errors.js'
import { readJson } from './read-json.js'

/** How far the time of a callback's signature may be from now, in milliseconds. */
const toleranceMs = 5 * 60_000

/** The signatures of a callback: those that came, and those that the known secrets would make. */
export interface Signatures {
  readonly given: readonly string[]
  readonly expected: readonly string[]
  /** The time that is signed, in epoch milliseconds. */
  readonly signedAt: number
}

/**
 * Checks that a known secret signed a callback, and when. The time is judged last: it is trusted only when it is signed.
 *
 * @throws CallbackRejectedError UNSIGNED, or STALE for a signature that is more than 5 minutes old or from the future
 */
export function checkSignatures({ given, expected, signedAt }: Signatures, now: number): void {
  if (!given.some((one) => expected.some((other) => isEqual(one, other)))) throw unsigned()
  if (Math.abs(now - signedAt) <= toleranceMs) return
  throw new CallbackRejectedError('STALE', `The callback was signed at ${new Date(signedAt).toISOString()}.`)
}

/** The error for a callback without a usable signature. */
export function unsigned(): CallbackRejectedError {
  return new CallbackRejectedError('UNSIGNED', 'The callback has no signature by a known secret.')
}

function isEqual(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** Reads a verified body by a schema. @throws CallbackRejectedError MALFORMED */
export function readBody<S extends z.ZodType>(schema: S, text: string): z.output<S> {
  const { data, invalid } = readJson(schema, text)
  if (invalid === undefined) return data
  throw new CallbackRejectedError('MALFORMED', `The callback has no valid ${invalid}.`)
}
