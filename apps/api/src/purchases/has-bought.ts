import type { Gate } from 'seckill-store/gate'

/** Reports whether a user may hold units of a voucher, admitted by this process or another. */
export type HasBought = (voucherId: number, userId: number) => Promise<boolean>

interface Question {
  readonly userId: number
  readonly answer: (hasBought: boolean) => void
}

/**
 * Asks the gate; the users of one turn of the event loop share a call per voucher. Without an answer a user counts as a
 * buyer, whose purchase the gate decides.
 */
export function createHasBought(gate: Pick<Gate, 'buyers'>): HasBought {
  let asked = new Map<number, Question[]>()

  const askGate = async (voucherId: number, questions: readonly Question[]): Promise<void> => {
    const userIds = questions.map(({ userId }) => userId)
    const buyers = await gate.buyers(voucherId, userIds).catch(() => new Set(userIds))
    for (const { userId, answer } of questions) answer(buyers.has(userId))
  }

  const askAll = (): void => {
    const all = asked
    asked = new Map()
    for (const [voucherId, questions] of all) void askGate(voucherId, questions)
  }

  return (voucherId, userId) =>
    new Promise((answer) => {
      if (asked.size === 0) setImmediate(askAll)
      const questions = asked.get(voucherId) ?? []
      questions.push({ userId, answer })
      asked.set(voucherId, questions)
    })
}
