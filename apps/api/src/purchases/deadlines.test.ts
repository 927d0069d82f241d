import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createDeadlines } from './deadlines.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('calls back for each wait over the limit, a tenth late at most, and for no wait that has ended', () => {
  const deadlines = createDeadlines(1_000)
  const passed: string[] = []
  deadlines.begin(() => passed.push('a'))
  const ended = deadlines.begin(() => passed.push('b'))
  vi.advanceTimersByTime(500)
  deadlines.begin(() => passed.push('c'))
  ended()
  vi.advanceTimersByTime(499)
  expect(passed).toEqual([])
  vi.advanceTimersByTime(101)
  expect(passed).toEqual(['a'])
  vi.advanceTimersByTime(500)
  expect(passed).toEqual(['a', 'c'])
})

it('has no timer without a wait', () => {
  const deadlines = createDeadlines(1_000)
  deadlines.begin(() => undefined)()
  vi.advanceTimersByTime(100)
  expect(vi.getTimerCount()).toBe(0)
  const passed = vi.fn()
  deadlines.begin(passed)
  vi.advanceTimersByTime(1_100)
  expect(passed).toHaveBeenCalledOnce()
})
