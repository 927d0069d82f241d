import { describe, expect, it } from 'vitest'
import { DependencyUnavailable, waitUntil } from './wait-until.js'

describe('waitUntil', () => {
  it('resolves with the first attempt that succeeds, and reports the wait once', async () => {
    const attempts = [false, false, true]
    const reported: unknown[] = []
    const answer = await waitUntil(
      'the thing',
      5_000,
      (error) => reported.push(error),
      async () => {
        if (!attempts.shift()) throw new Error('not yet')
        return 'here'
      },
    )
    expect(answer).toBe('here')
    expect(reported).toHaveLength(1)
  })

  it('gives up after its time limit, with the dependency, the limit and the last error in the message', async () => {
    const waiting = waitUntil(
      'MySQL at db:3306',
      10,
      () => {},
      () => Promise.reject(new Error('connect ECONNREFUSED')),
    )
    await expect(waiting).rejects.toThrow(DependencyUnavailable)
    await expect(waiting).rejects.toThrow(/MySQL at db:3306 did not answer within 10 ms.*ECONNREFUSED/)
  })
})
