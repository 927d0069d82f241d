import { z } from 'zod'
import { count, traceIdForm, voucherIdForm, whole } from '../format/text-forms.js'
import type { Promised } from './receipt.js'

const promised = z.strictObject({
  userId: voucherIdForm,
  voucherId: voucherIdForm,
  units: z.int().min(1),
  priceMinor: count,
  currency: z.string().length(3),
  termsVersion: whole,
  seq: whole,
  admittedAt: whole,
})
const data = z.object({ traceId: traceIdForm, promised, receipt: z.string() })
/** The answer as it came, or its data alone. */
const kept = z.union([z.object({ data }).transform((answer) => answer.data), data])

/** A receipt and the promise it is of, as a buyer has kept them. */
export interface KeptReceipt {
  readonly promised: Promised
  readonly receipt: string
}

/**
 * Reads the 202 of a purchase, or the `data` of it, as its buyer has kept it.
 * @throws {SyntaxError} when the text is no JSON
 * @throws {ZodError} when it is no such answer
 */
export function readKeptReceipt(text: string): KeptReceipt {
  const { traceId, promised, receipt } = kept.parse(JSON.parse(text))
  return { promised: { traceId, ...promised }, receipt }
}
