import { expect, it } from 'vitest'
import { createSoldOutMemory } from './sold-out-memory.js'

it('the sold-out memory holds for the voucher and quantity that were sold out, for 50 ms', () => {
  let now = 1_000
  const memory = createSoldOutMemory(() => now)
  expect(memory.remembers(7, 1)).toBe(false)
  memory.remember(7, 1)
  expect([memory.remembers(7, 1), memory.remembers(7, 2), memory.remembers(8, 1)]).toEqual([true, false, false])
  now += 20
  expect(memory.remembers(7, 1)).toBe(true)
  now += 30
  expect([memory.remembers(7, 1), memory.remembers(7, 1)]).toEqual([false, true])
  now += 1
  expect(memory.remembers(7, 1)).toBe(false)
})

it('one purchase asks the gate again before the 50 ms are over, while the others still get the remembered answer', () => {
  let now = 1_000
  const memory = createSoldOutMemory(() => now)
  memory.remember(7, 1)
  now += 30
  expect([memory.remembers(7, 1), memory.remembers(7, 1), memory.remembers(7, 1)]).toEqual([false, true, true])
  memory.remember(7, 1)
  now += 20
  expect(memory.remembers(7, 1)).toBe(true)
  now += 10
  expect([memory.remembers(7, 1), memory.remembers(7, 1)]).toEqual([false, true])
  now += 21
  expect([memory.remembers(7, 1), memory.remembers(7, 1)]).toEqual([false, false])
})
