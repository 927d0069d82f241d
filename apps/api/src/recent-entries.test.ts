import { expect, it } from 'vitest'
import { createRecentEntries } from './recent-entries.js'

it('keeps the most recently used half, and evicts the other entries', () => {
  const entries = createRecentEntries<number, string>(4)
  for (const key of [1, 2, 3]) entries.set(key, `entry ${key}`)
  expect(entries.get(1)).toBe('entry 1')
  entries.set(4, 'entry 4')
  expect([1, 2, 3, 4].map((key) => entries.get(key) !== undefined)).toEqual([true, false, true, true])
})

it('never keeps more than its capacity', () => {
  const entries = createRecentEntries<number, number>(10)
  const keys = Array.from({ length: 1_000 }, (_, key) => key)
  for (const key of keys) entries.set(key, key)
  const remembered = keys.filter((key) => entries.get(key) !== undefined)
  expect(remembered.length).toBeLessThanOrEqual(10)
  expect(remembered).toContain(999)
})
