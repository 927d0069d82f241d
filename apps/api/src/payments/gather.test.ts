import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { gatherGroups } from './gather.js'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function gathering() {
  const groups: (readonly number[])[] = []
  return { groups, add: gatherGroups<number>({ milliseconds: 5, items: 3 }, (group) => groups.push(group)) }
}

it('a group is handed on after its time, in the order of its items', () => {
  const { groups, add } = gathering()
  add(1)
  vi.advanceTimersByTime(4)
  add(2)
  expect(groups).toEqual([])
  vi.advanceTimersByTime(1)
  expect(groups).toEqual([[1, 2]])
})

it('a full group is handed on at once, and the next one has a time of its own', () => {
  const { groups, add } = gathering()
  for (const item of [1, 2, 3]) add(item)
  expect(groups).toEqual([[1, 2, 3]])
  vi.advanceTimersByTime(4)
  add(4)
  vi.advanceTimersByTime(4)
  expect(groups).toHaveLength(1)
  vi.advanceTimersByTime(1)
  expect(groups).toEqual([[1, 2, 3], [4]])
})
