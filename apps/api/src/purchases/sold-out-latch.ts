const MEMORY_MS = 50

/**
 * Remembers for 50 ms that the gate said SOLD_OUT to this quantity of this voucher, so that it needs no invalidation.
 */
export interface SoldOutLatch {
  closed(voucherId: number, quantity: number): boolean
  soldOut(voucherId: number, quantity: number): void
}

export const createSoldOutLatch = (now: () => number = () => performance.now()): SoldOutLatch => {
  const answeredAt = new Map<string, number>()
  return {
    closed(voucherId, quantity) {
      const key = `${voucherId}:${quantity}`
      const at = answeredAt.get(key)
      if (at === undefined) return false
      if (now() - at <= MEMORY_MS) return true
      answeredAt.delete(key)
      return false
    },
    soldOut(voucherId, quantity) {
      answeredAt.set(`${voucherId}:${quantity}`, now())
    },
  }
}
