import { createReceipt, type Promised, type ReceiptKeys } from 'seckill-certificate/receipt'
import { withinDeadline } from 'seckill-process/deadline'
import type { PriceBook } from './price-book.js'

/** Milliseconds that a buyer waits for the price of a version that this process has not read yet. */
const priceLimitMs = 500

/** The promise of an accepted purchase, and the installation's MAC over it. */
export interface SignedPromise {
  readonly promised: Promised
  readonly receipt: string
}

/** An accepted purchase as the gate has it. */
type AcceptedPurchase = Omit<Promised, 'priceMinor' | 'currency'>

/** Signs the promise of an accepted purchase; `null` when its price cannot be read: it was accepted all the same. */
export type SignPromise = (purchase: AcceptedPurchase) => Promise<SignedPromise | null>

export interface ReceiptDependencies {
  readonly keys: ReceiptKeys
  readonly priceOf: PriceBook
  readonly onUnsigned: (traceId: string, cause: unknown) => void
}

export function createSignPromise({ keys, priceOf, onUnsigned }: ReceiptDependencies): SignPromise {
  return async (purchase) => {
    try {
      const asked = priceOf(purchase.voucherId, purchase.termsVersion)
      const price = asked instanceof Promise ? await withinDeadline('MySQL', priceLimitMs, asked) : asked
      if (price === undefined) return null
      const { priceMinor, currency } = price
      const promised = { ...purchase, priceMinor: priceMinor * purchase.units, currency }
      return { promised, receipt: createReceipt(promised, keys) }
    } catch (error) {
      onUnsigned(purchase.traceId, error)
      return null
    }
  }
}
