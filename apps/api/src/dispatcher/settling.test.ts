import { pino } from 'pino'
import { expect, it } from 'vitest'
import { createSettling } from './settling.js'

it('a closed campaign is tried at once, then every ten seconds until it is settled; others never', async () => {
  let now = 0
  let ended = false
  const tried: number[] = []
  const settle = createSettling(
    async (voucherId) => {
      tried.push(voucherId)
      return ended
    },
    pino({ level: 'silent' }),
    () => now,
  )
  for (const state of ['WARM', 'OPEN', 'PAUSED', 'SETTLED'] as const) await settle({ voucherId: 1, state })
  expect(tried).toEqual([])
  await settle({ voucherId: 2, state: 'CLOSED' })
  now = 9_999
  await settle({ voucherId: 2, state: 'CLOSED' })
  await settle({ voucherId: 3, state: 'CLOSED' })
  expect(tried).toEqual([2, 3])
  now = 10_000
  ended = true
  await settle({ voucherId: 2, state: 'CLOSED' })
  expect(tried).toEqual([2, 3, 2])
})
