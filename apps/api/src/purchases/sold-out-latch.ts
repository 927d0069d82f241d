const MEMORY_MS = 50
/** From here on one purchase asks the gate again, while the others still get the remembered answer. */
const ASK_AGAIN_MS = 20

/**
 * Remembers for 50 ms that the gate said SOLD_OUT to this quantity of this voucher, so that it needs no invalidation.
 */
export interface SoldOutLatch {
  /** Whether it said so within the last 50 ms; `false` once in a while for one purchase, which is to ask again before they are over. */
  closed(voucherId: number, quantity: number): boolean
  soldOut(voucherId: number, quantity: number): void
}

interface Memory {
  answeredAt: number
  askedAgain: boolean
}

export function createSoldOutLatch(now: () => number = () => performance.now()): SoldOutLatch {
  const memories = new Map<string, Memory>()
  return {
    closed(voucherId, quantity) {
      if (memories.size === 0) return false
      const key = keyOf(voucherId, quantity)
      const memory = memories.get(key)
      if (memory === undefined) return false
      const age = now() - memory.answeredAt
      if (age > MEMORY_MS) {
        memories.delete(key)
        return false
      }
      if (age <= ASK_AGAIN_MS || memory.askedAgain) return true
      memory.askedAgain = true
      return false
    },
    soldOut(voucherId, quantity) {
      memories.set(keyOf(voucherId, quantity), { answeredAt: now(), askedAgain: false })
    },
  }
}

function keyOf(voucherId: number, quantity: number): string {
  return `${voucherId}:${quantity}`
}
