import { describe, expect, it } from 'vitest'
import { defaultRetry } from '../definition/definition.js'
import { burstAfter } from './local-bursts.js'

const steady = { initialMs: 500, factor: 1, maximumMs: 500, attempts: 0 }

function sizes(policy: Parameters<typeof burstAfter>[0], bursts: number) {
  let made = 0
  return Array.from({ length: bursts }, () => {
    const { retry, pauseMs } = burstAfter(policy, made)
    made += retry.attempts
    return [retry.attempts, pauseMs]
  })
}

describe('a burst of attempts of a local activity', () => {
  it('has the first five of the default policy, and then one each, with the pauses of the policy between', () => {
    expect(sizes(defaultRetry.forward, 4)).toEqual([
      [5, 1_600],
      [1, 3_200],
      [1, 5_000],
      [1, 5_000],
    ])
  })

  it('takes as many attempts as have pauses of a second and a half together', () => {
    expect(sizes(steady, 2)).toEqual([
      [4, 500],
      [4, 500],
    ])
    expect(sizes({ ...steady, maximumMs: 1, initialMs: 1 }, 1)).toEqual([[1_501, 1]])
  })

  it('has no pause over a second', () => {
    expect(sizes({ ...steady, initialMs: 1_200, maximumMs: 1_200 }, 1)).toEqual([[1, 1_200]])
  })

  it('takes no more than the policy has left', () => {
    expect(sizes({ ...steady, attempts: 6 }, 2)).toEqual([
      [4, 500],
      [2, 500],
    ])
  })

  it('goes on with the pause at which the former one ended', () => {
    expect(burstAfter({ initialMs: 100, factor: 3, maximumMs: 900, attempts: 0 }, 2).retry.initialMs).toBe(900)
  })
})
