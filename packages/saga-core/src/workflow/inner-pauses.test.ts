import { describe, expect, it } from 'vitest'
import { defaultRetry } from '../definition/definition.js'
import { longestInnerPause } from './inner-pauses.js'

const steady = { initialMs: 500, factor: 1, maximumMs: 500, attempts: 0 }

describe('the pauses within a local activity', () => {
  it('are those of up to a second, of the default policies', () => {
    expect(longestInnerPause(defaultRetry.forward)).toBe(1_000)
    expect(longestInnerPause({ ...defaultRetry.forward, attempts: 0 })).toBe(1_000)
  })

  it('take a second and a half together: the pauses of an endless policy that stay short are timers', () => {
    expect(longestInnerPause(steady)).toBe(499)
    expect(longestInnerPause({ ...steady, attempts: 5 })).toBe(499)
    expect(longestInnerPause({ ...steady, attempts: 4 })).toBe(1_000)
    expect(longestInnerPause({ ...steady, initialMs: 1, maximumMs: 1 })).toBe(0)
  })

  it('leave the growing pauses before the first timer to the worker', () => {
    expect(longestInnerPause({ ...steady, initialMs: 100, factor: 2 })).toBe(499)
    expect(longestInnerPause({ ...steady, initialMs: 100, factor: 3, maximumMs: 900 })).toBe(899)
  })
})
