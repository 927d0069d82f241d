import { describe, expect, it } from 'vitest'
import { step } from '../../../test/engine/recorded-run.js'
import type { StepDefinition } from '../../definition/definition.js'
import { newLane, newPart, type Part } from '../run/lane.js'
import type { ActivityRequest } from '../run/runtime.js'
import { forgetAllRetries, formerRetry, goOn, noteHeld, noteRetry } from './retries.js'

const one = { ...step, name: 'one', kind: 'step' } as unknown as StepDefinition

/** A part of a lane of its own that was called so often, since then. */
function part(attempt?: number, since = 0): Part {
  const own = newPart(newLane('a', {}, 1, Number.POSITIVE_INFINITY), one, 'asked')
  if (attempt !== undefined) own.lane.retries.one = { attempt, since }
  return own
}

describe('a call that goes on in the next run', () => {
  const retry = { initialMs: 100, factor: 2, maximumMs: 1_000, attempts: 0 }
  const asked = { policy: { startToCloseMs: 10, retry } } as ActivityRequest

  it.each([
    [2, 400],
    [9, 1_000],
  ])('pauses as its policy has it after %i attempts: %i ms', (attempt, pauseMs) => {
    expect(goOn(asked, { attempt, since: 7 })).toMatchObject({ since: 7, policy: { retry: { initialMs: pauseMs } } })
  })

  it('has the fewest attempts that its parts have, the first of as many', () => {
    expect(formerRetry([part(3), part(1), part(2)])).toMatchObject({ attempt: 1 })
    expect(formerRetry([part(1), part(3)])).toMatchObject({ attempt: 1 })
    expect(formerRetry([part(2, 5), part(2, 6)])).toMatchObject({ since: 5 })
  })

  it('begins anew where one of its parts was not called', () => {
    expect(formerRetry([part(1), part()])).toBeUndefined()
    expect(formerRetry([part(), part(1)])).toBeUndefined()
  })
})

describe('the note of a call that is held', () => {
  const unknown = { status: 'unknown', code: 'SAGA_UNKNOWN', message: 'down' } as const
  const error = { code: 'SAGA_UNKNOWN', message: 'down' }

  it('has the failure; where the call answers without one, the failure before', () => {
    const own = part(2, 3)
    noteHeld([own], 9, unknown)
    expect(own.lane.retries.one).toEqual({ attempt: 2, since: 3, error })
    noteHeld([own], 9, undefined)
    noteHeld([own], 9, { status: 'done', value: 1 })
    noteRetry([own], 9, 4)
    expect(own.lane.retries.one).toEqual({ attempt: 4, since: 3, error })
  })

  it('is forgotten with the others of a lane that goes another way', () => {
    const own = part(2)
    own.lane.retries.two = { attempt: 1, since: 0 }
    forgetAllRetries(own.lane)
    expect(own.lane.retries).toEqual({})
  })
})
