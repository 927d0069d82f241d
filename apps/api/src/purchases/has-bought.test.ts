import { expect, it } from 'vitest'
import { createHasBought } from './has-bought.js'

it('users asked for in one turn of the event loop share a call per voucher', async () => {
  const calls: [number, readonly number[]][] = []
  const hasBought = createHasBought({
    async buyers(voucherId, userIds) {
      calls.push([voucherId, userIds])
      return new Set([voucherId === 7 ? 1 : 2])
    },
  })
  const answers = await Promise.all([hasBought(7, 1), hasBought(7, 2), hasBought(8, 1), hasBought(8, 2)])
  expect(answers).toEqual([true, false, false, true])
  expect(calls).toEqual([
    [7, [1, 2]],
    [8, [1, 2]],
  ])
  expect(await hasBought(7, 3)).toBe(false)
  expect(calls).toHaveLength(3)
})

it('a user counts as a buyer while the gate does not answer, so that the gate decides the purchase', async () => {
  const hasBought = createHasBought({ buyers: () => Promise.reject(new Error('Connection is closed.')) })
  expect(await hasBought(7, 1)).toBe(true)
})
