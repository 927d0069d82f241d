import type { Gate } from 'seckill-store/gate'
import { gatherTurn } from './end-of-turn.js'

/** Reports whether a user may hold units of a voucher, admitted by this process or another. */
export type HasBought = (voucherId: number, userId: number) => Promise<boolean>

interface Question {
  readonly voucherId: number
  readonly userId: number
  readonly answer: (hasBought: boolean) => void
}

/**
 * Asks the gate; the users of one turn of the event loop share a call per voucher. Without an answer a user counts as a
 * buyer, whose purchase the gate decides.
 */
export function createHasBought(gate: Pick<Gate, 'buyers'>): HasBought {
  const askGate = async (voucherId: number, questions: readonly Question[]): Promise<void> => {
    const userIds = questions.map(({ userId }) => userId)
    const buyers = await gate.buyers(voucherId, userIds).catch(() => new Set(userIds))
    for (const { userId, answer } of questions) answer(buyers.has(userId))
  }

  const ask = gatherTurn<Question>((questions) => {
    for (const [voucherId, some] of Map.groupBy(questions, (question) => question.voucherId))
      void askGate(voucherId, some)
  })
  return (voucherId, userId) => new Promise((answer) => ask({ voucherId, userId, answer }))
}
