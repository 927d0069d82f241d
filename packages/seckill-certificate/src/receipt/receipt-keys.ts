import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'

/** A key of receipts and its id, which is derived from it. */
interface ReceiptKey {
  readonly id: string
  readonly key: KeyObject
}

/** Keys of receipts: the first one makes them, all of them verify. */
export type ReceiptKeys = readonly [ReceiptKey, ...ReceiptKey[]]

const leastKeyBytes = 32
const keyIdBytes = 6

/**
 * Prepares the keys of receipts from their base64url.
 * @throws {RangeError} when there is none, or one has fewer than 32 bytes
 */
export function receiptKeys(secrets: readonly string[]): ReceiptKeys {
  const [first, ...former] = secrets.map(receiptKey)
  if (first === undefined) throw new RangeError('Receipts need a key; none is given.')
  return [first, ...former]
}

function receiptKey(secret: string): ReceiptKey {
  const bytes = Buffer.from(secret, 'base64url')
  if (bytes.length < leastKeyBytes) throw new RangeError(`A key of receipts must have ${leastKeyBytes} bytes or more.`)
  const id = createHmac('sha256', bytes).update('seckill-receipt/1 key id').digest().subarray(0, keyIdBytes)
  return { id: id.toString('base64url'), key: createSecretKey(bytes) }
}
