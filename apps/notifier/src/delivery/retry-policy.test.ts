import { describe, expect, it } from 'vitest'
import { MessageRefused } from '../channels/channel.js'
import { afterFailure } from './retry-policy.js'

const policy = { firstMs: 1_000, longestMs: 60_000, giveUpAfterMs: 3_600_000 }
const down = new Error('status 503')

describe('a failed attempt', () => {
  it('is repeated after pauses that grow up to the longest', () => {
    const pauses = [1, 2, 3, 6, 7, 50].map((attempts) => {
      const result = afterFailure(down, { attempts, triedForMs: 0 }, policy, 0)
      return result.state === 'PENDING' ? result.pauseMs : result.state
    })
    expect(pauses).toEqual([500, 1_000, 2_000, 16_000, 30_000, 30_000])
  })

  it('is the last one once the message has been tried for long enough, however few the attempts', () => {
    const before = afterFailure(down, { attempts: 99, triedForMs: 3_599_999 }, policy, 0)
    expect(before).toMatchObject({ state: 'PENDING', problem: 'status 503' })
    const after = afterFailure(down, { attempts: 1, triedForMs: 3_600_000 }, policy, 0)
    expect(after).toEqual({ state: 'DEAD', problem: 'status 503' })
  })

  it('is the last one when the receiver has refused the message', () => {
    const refused = afterFailure(new MessageRefused('no such mailbox'), { attempts: 1, triedForMs: 0 }, policy, 0)
    expect(refused).toEqual({ state: 'DEAD', problem: 'no such mailbox' })
  })

  it('tells what `fetch` hides in the cause', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:443'), { code: 'ECONNREFUSED' })
    const failed = afterFailure(new TypeError('fetch failed', { cause }), { attempts: 1, triedForMs: 0 }, policy, 0)
    expect(failed).toMatchObject({ problem: 'ECONNREFUSED' })
  })
})
