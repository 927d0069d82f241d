import { describe, expect, it } from 'vitest'
import { campaignTiming, planOf } from './campaign-plan.js'

const beginsAt = 1_764_000_000_000
const endsAt = beginsAt + 3_600_000
const minuteMs = 60_000

function nextOf(change: Partial<Parameters<typeof planOf>[0]>, now: number) {
  return planOf({ state: 'DRAFT', version: 3, autopilot: true, beginsAt, endsAt, ...change }, now, campaignTiming).next
}

describe('a campaign on autopilot', () => {
  it.each([
    ['a draft is warmed up ten minutes before it begins', 'DRAFT', beginsAt - 15 * minuteMs, 'warm', 5 * minuteMs],
    ['a draft that is late is warmed up at once', 'DRAFT', beginsAt + 1, 'warm', 0],
    ['a warm one is opened half a minute before it begins', 'WARM', beginsAt - minuteMs, 'open', 30_000],
    ['an open one is closed five seconds after its end', 'OPEN', endsAt - 1_000, 'close', 6_000],
    ['a paused one is closed after its end too', 'PAUSED', endsAt - 1_000, 'close', 6_000],
    ['a closed one settles ten seconds later', 'CLOSED', endsAt, 'settle', 10_000],
  ] as const)('%s', (_, state, now, move, inMs) => {
    expect(nextOf({ state }, now)).toEqual({ move, inMs })
  })

  it.each(['DRAFT', 'WARM', 'OPEN', 'PAUSED'] as const)(
    'that is %s and whose end was missed is closed at once',
    (state) => {
      expect(nextOf({ state }, endsAt + 5_000)).toEqual({ move: 'close', inMs: 0 })
    },
  )

  it('whose move is more than 30 days away is planned again then', () => {
    expect(nextOf({}, beginsAt - 31 * 24 * 60 * minuteMs)).toEqual({ move: 'plan', inMs: 30 * 24 * 60 * minuteMs })
  })
})

describe('a campaign by hand', () => {
  it.each(['DRAFT', 'WARM', 'OPEN', 'PAUSED'] as const)(
    'that is %s waits for its operator, also after its end',
    (state) => {
      expect(nextOf({ state, autopilot: false }, endsAt + minuteMs)).toBeNull()
    },
  )

  it('that is closed settles', () => {
    expect(nextOf({ state: 'CLOSED', autopilot: false }, beginsAt)).toMatchObject({ move: 'settle' })
  })
})

it('a settled campaign is due for nothing', () => {
  expect(nextOf({ state: 'SETTLED' }, endsAt + minuteMs)).toBeNull()
})
