import type { Tally } from 'seckill-store/mysql'
import { expect, it } from 'vitest'
import { createTallies } from './tallies.js'

it('a flush stores the totals that grew since the last one, and calls no store without any', async () => {
  const stored: (readonly Tally[])[] = []
  const tallies = createTallies(async (rows) => void stored.push(rows))
  tallies.count(7, 'accepted')
  tallies.count(7, 'accepted')
  tallies.count(8, 'soldOut')
  await tallies.flush()
  await tallies.flush()
  tallies.count(7, 'accepted')
  await tallies.flush()
  const first = { voucherId: 7, result: 'accepted', count: 2 }
  expect(stored).toEqual([[first, { voucherId: 8, result: 'soldOut', count: 1 }], [{ ...first, count: 3 }]])
})

it('a failed flush, which may have stored its totals, leaves them to the next one', async () => {
  const stored: (readonly Tally[])[] = []
  let broken = true
  const tallies = createTallies(async (rows) => {
    if (broken) throw new Error('no database')
    stored.push(rows)
  })
  tallies.count(7, 'accepted')
  await expect(tallies.flush()).rejects.toThrow('no database')
  broken = false
  tallies.count(7, 'accepted')
  await tallies.stop()
  expect(stored).toEqual([[{ voucherId: 7, result: 'accepted', count: 2 }]])
})
