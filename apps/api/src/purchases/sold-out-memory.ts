import { gatherTurn } from './end-of-turn.js'
import type { KnownBuyers } from './known-buyers.js'

const memoryMs = 50
/** Age from which one purchase asks the gate again while the others still get the remembered answer. */
const askAgainMs = 20

/**
 * Remembers the gate's SOLD_OUT per voucher and quantity for 50 ms, so that it needs no invalidation, together with the users who had
 * bought by then: the gate names their purchases.
 */
export interface SoldOutMemory {
  /**
   * Reports whether the answer is at most 50 ms old and the user had not bought by then; `false` for one purchase after 20 ms, which renews
   * it at the gate.
   */
  remembers(voucherId: number, quantity: number, userId: number): boolean
  /** Remembers the gate's answer of this turn of the event loop once it is known who has bought. */
  remember(voucherId: number, quantity: number): void
  /** The gate has admitted the user, or has named him his purchase: he gets no remembered answer from now on. */
  addBuyer(voucherId: number, userId: number): void
}

interface Answer {
  readonly voucherId: number
  readonly quantity: number
  readonly answeredAt: number
}

interface Memory {
  readonly answeredAt: number
  askedAgain: boolean
}

export function createSoldOutMemory(buyers: KnownBuyers, now: () => number = () => performance.now()): SoldOutMemory {
  const memories = new Map<string, Memory>()

  const keep = async (voucherId: number, answers: readonly Answer[]): Promise<void> => {
    // Where the buyers cannot be known, nothing is remembered, and the gate decides every purchase.
    if (!(await buyers.readNew(voucherId).catch(() => false))) return
    for (const { quantity, answeredAt } of answers) {
      memories.set(keyOf(voucherId, quantity), { answeredAt, askedAgain: false })
    }
  }
  const keepAll = gatherTurn<Answer>((answers) => {
    for (const [voucherId, some] of Map.groupBy(answers, (answer) => answer.voucherId)) void keep(voucherId, some)
  })

  return {
    remembers(voucherId, quantity, userId) {
      if (memories.size === 0) return false
      const key = keyOf(voucherId, quantity)
      const memory = memories.get(key)
      if (memory === undefined) return false
      const age = now() - memory.answeredAt
      if (age > memoryMs) {
        memories.delete(key)
        return false
      }
      if (!buyers.isNewcomer(voucherId, userId)) return false
      if (age <= askAgainMs || memory.askedAgain) return true
      memory.askedAgain = true
      return false
    },
    remember: (voucherId, quantity) => keepAll({ voucherId, quantity, answeredAt: now() }),
    addBuyer: (voucherId, userId) => buyers.add(voucherId, userId),
  }
}

function keyOf(voucherId: number, quantity: number): string {
  return `${voucherId}:${quantity}`
}
