import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { ReceiptKeys } from './receipt-keys.js'

/** What an accepted purchase was promised. */
export interface Promised {
  readonly traceId: string
  readonly userId: number
  readonly voucherId: number
  readonly units: number
  /** Price of all units in minor units. */
  readonly priceMinor: number
  readonly currency: string
  /** The campaign's version whose terms hold. */
  readonly termsVersion: number
  /** The gate's running number of the admission. */
  readonly seq: number
  /** Redis time of the admission, epoch milliseconds. */
  readonly admittedAt: number
}

/** What a receipt is: `forged` is a receipt of these keys whose promise or MAC is another one. */
export type ReceiptVerdict = 'genuine' | 'forged' | 'malformed' | 'unknown-version' | 'unknown-key'

const version = 'r1'
/** 144 bits of base64url without a bit to spare, so that each receipt has one text. */
const macCharacters = 24
const form = /^(r\d{1,3})\.([\w-]{8})\.([\w-]{24})$/

/**
 * Makes the receipt of an accepted purchase: `r1.<key id>.<MAC>`, 36 characters. Who keeps it and the promise can have both
 * verified after every server has lost the purchase; only the installation can verify, since the key is a shared one.
 *
 * @throws {RangeError} when a number of the promise is no safe integer
 */
export function createReceipt(promised: Promised, [{ id, key }]: ReceiptKeys): string {
  return `${version}.${id}.${macOf(promised, key)}`
}

/**
 * Verifies a receipt of a promise, in time that does not depend on where a forged MAC differs.
 * @throws {RangeError} when a number of the promise is no safe integer
 */
export function verifyReceipt(receipt: string, promised: Promised, keys: ReceiptKeys): ReceiptVerdict {
  const match = form.exec(receipt)
  if (match === null) return 'malformed'
  const [, ofVersion, keyId, mac = ''] = match
  if (ofVersion !== version) return 'unknown-version'
  const known = keys.find(({ id }) => id === keyId)
  if (known === undefined) return 'unknown-key'
  return timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(promised, known.key))) ? 'genuine' : 'forged'
}

function macOf(promised: Promised, key: KeyObject): string {
  return createHmac('sha256', key).update(textOf(promised)).digest('base64url').slice(0, macCharacters)
}

/** A JSON array of fixed length: no two promises have the same text. */
function textOf(promised: Promised): string {
  const { traceId, userId, voucherId, units, priceMinor, currency, termsVersion, seq, admittedAt } = promised
  const numbers = [userId, voucherId, units, priceMinor, termsVersion, seq, admittedAt]
  if (!numbers.every(Number.isSafeInteger)) throw new RangeError('A number of a promise must be a safe integer.')
  return JSON.stringify(['seckill-receipt/1', traceId, currency, ...numbers])
}
