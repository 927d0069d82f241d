const memoryMs = 50
/** Age from which one purchase asks the gate again while the others still get the remembered answer. */
const askAgainMs = 20

/** Remembers the gate's SOLD_OUT per voucher and quantity for 50 ms, so that it needs no invalidation. */
export interface SoldOutMemory {
  /** Reports whether the answer is at most 50 ms old; `false` for one purchase after 20 ms, which renews it at the gate. */
  remembers(voucherId: number, quantity: number): boolean
  remember(voucherId: number, quantity: number): void
}

interface Memory {
  answeredAt: number
  askedAgain: boolean
}

export function createSoldOutMemory(now: () => number = () => performance.now()): SoldOutMemory {
  const memories = new Map<string, Memory>()
  return {
    remembers(voucherId, quantity) {
      if (memories.size === 0) return false
      const key = keyOf(voucherId, quantity)
      const memory = memories.get(key)
      if (memory === undefined) return false
      const age = now() - memory.answeredAt
      if (age > memoryMs) {
        memories.delete(key)
        return false
      }
      if (age <= askAgainMs || memory.askedAgain) return true
      memory.askedAgain = true
      return false
    },
    remember(voucherId, quantity) {
      memories.set(keyOf(voucherId, quantity), { answeredAt: now(), askedAgain: false })
    },
  }
}

function keyOf(voucherId: number, quantity: number): string {
  return `${voucherId}:${quantity}`
}
