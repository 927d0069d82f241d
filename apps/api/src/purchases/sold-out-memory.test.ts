import { expect, it } from 'vitest'
import type { KnownBuyers } from './known-buyers.js'
import { createSoldOutMemory } from './sold-out-memory.js'

/** A memory whose clock stands still, with buyers that the test knows. */
function memoryAt(start: number, readNew: KnownBuyers['readNew'] = async () => true) {
  const clock = { now: start }
  const bought = new Set<string>()
  const memory = createSoldOutMemory(
    {
      isNewcomer: (voucherId, userId) => !bought.has(`${voucherId} ${userId}`),
      add: (voucherId, userId) => void bought.add(`${voucherId} ${userId}`),
      readNew,
    },
    () => clock.now,
  )
  const remembers = (voucherId: number, quantity = 1, userId = 1) => memory.remembers(voucherId, quantity, userId)
  const soldOut = async (voucherId: number): Promise<void> => {
    memory.remember(voucherId, 1)
    await new Promise(setImmediate)
  }
  return { clock, memory, remembers, soldOut }
}

it('the sold-out memory holds for the voucher and quantity that were sold out, for 50 ms', async () => {
  const { clock, remembers, soldOut } = memoryAt(1_000)
  expect(remembers(7)).toBe(false)
  await soldOut(7)
  expect([remembers(7), remembers(7, 2), remembers(8)]).toEqual([true, false, false])
  clock.now += 20
  expect(remembers(7)).toBe(true)
  clock.now += 30
  expect([remembers(7), remembers(7)]).toEqual([false, true])
  clock.now += 1
  expect(remembers(7)).toBe(false)
})

it('one purchase asks the gate again before the 50 ms are over, while the others still get the remembered answer', async () => {
  const { clock, remembers, soldOut } = memoryAt(1_000)
  await soldOut(7)
  clock.now += 30
  expect([remembers(7), remembers(7), remembers(7)]).toEqual([false, true, true])
  await soldOut(7)
  clock.now += 20
  expect(remembers(7)).toBe(true)
  clock.now += 10
  expect([remembers(7), remembers(7)]).toEqual([false, true])
  clock.now += 21
  expect([remembers(7), remembers(7)]).toEqual([false, false])
})

it('a buyer gets no remembered answer, from the moment of his admission on, and asks for nobody else', async () => {
  const { clock, memory, remembers, soldOut } = memoryAt(1_000)
  await soldOut(7)
  expect(remembers(7, 1, 5)).toBe(true)
  memory.addBuyer(7, 5)
  expect([remembers(7, 1, 5), remembers(7, 1, 6)]).toEqual([false, true])
  clock.now += 30
  expect([remembers(7, 1, 5), remembers(7, 1, 6), remembers(7, 1, 6)]).toEqual([false, false, true])
})

it('an answer is remembered once the buyers are read, with the age that it has then', async () => {
  const reading = Promise.withResolvers<boolean>()
  const { clock, remembers, soldOut } = memoryAt(1_000, () => reading.promise)
  await soldOut(7)
  expect(remembers(7)).toBe(false)
  clock.now += 45
  reading.resolve(true)
  await new Promise(setImmediate)
  expect([remembers(7), remembers(7)]).toEqual([false, true])
  clock.now += 6
  expect(remembers(7)).toBe(false)
})

it.each<[string, KnownBuyers['readNew']]>([
  ['are too many', async () => false],
  ['cannot be read', () => Promise.reject(new Error('Connection is closed.'))],
])('nothing is remembered while the buyers %s: the gate decides', async (_, readNew) => {
  const { remembers, soldOut } = memoryAt(1_000, readNew)
  await soldOut(7)
  expect(remembers(7)).toBe(false)
})
