import type { Admission, AdmitRequest } from 'seckill-store/gate'
import { expect, it } from 'vitest'
import { createAdmit } from './admission.js'
import { createCampaignBook } from './campaign-book.js'
import { createGateCircuit } from './gate-circuit.js'
import { createKnownBuyers } from './known-buyers.js'
import { createSoldOutMemory } from './sold-out-memory.js'

/** An admission whose gate answers by the user, and the memory of sold-out answers beside it; its clock stands still. */
function admissionAt(answers: ReadonlyMap<number, Admission>, isFull = false) {
  const gate = {
    async admit({ userId }: AdmitRequest): Promise<Admission> {
      const answer = answers.get(userId)
      if (answer === undefined) throw new Error(`the test has no answer for user ${userId}`)
      return answer
    },
    buyers: async () => ({ userIds: [], end: { epoch: '', count: 0 } }),
  }
  const soldOutMemory = createSoldOutMemory(createKnownBuyers(gate), () => 0)
  const admit = createAdmit({
    circuit: createGateCircuit(),
    gate,
    soldOutMemory,
    campaigns: createCampaignBook(async () => []),
    isFull: () => isFull,
    onAdmitted: () => undefined,
    onRemembered: () => undefined,
    signPromise: async () => null,
    sample: undefined,
  })
  const buy = (userId: number) => admit({ voucherId: 7, userId, quantity: 1, idempotencyKey: undefined })
  return { buy, soldOutMemory }
}

it('a buyer to whom the gate has named his purchase gets no remembered SOLD_OUT afterwards', async () => {
  const { buy, soldOutMemory } = admissionAt(
    new Map<number, Admission>([
      [2, { status: 'refused', code: 'SOLD_OUT' }],
      [3, { status: 'refused', code: 'LIMIT_REACHED', reservationIds: ['7-b'], left: 0 }],
    ]),
  )
  await expect(buy(2)).rejects.toMatchObject({ code: 'SOLD_OUT' })
  await new Promise(setImmediate)
  expect([2, 3].map((userId) => soldOutMemory.remembers(7, 1, userId))).toEqual([true, true])
  await expect(buy(3)).rejects.toMatchObject({ code: 'ALREADY_PURCHASED', data: { traceId: '7-b' } })
  expect([2, 3].map((userId) => soldOutMemory.remembers(7, 1, userId))).toEqual([true, false])
})

it('while as many purchases of the voucher wait for a run as may, a further one is told when to come again, and does not reach the gate', async () => {
  const { buy } = admissionAt(new Map(), true)
  await expect(buy(2)).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 1_000 })
})
