import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { createCampaignRuns } from './campaign-runs.js'

const open = { voucherId: 7, state: 'OPEN', version: 3, autopilot: false } as const

/** Runs whose calls are recorded, and fail while `fails`. */
function recordedRuns() {
  const world = { now: 1, fails: false, calls: [] as string[] }
  const call = async (text: string) => {
    world.calls.push(text)
    if (world.fails) throw new Error('Temporal does not answer')
  }
  const runs = createCampaignRuns({
    tell: ({ voucherId, version }) => call(`tell ${voucherId} ${version}`),
    ensure: (voucherId) => call(`ensure ${voucherId}`),
    logger: pino({ level: 'silent' }),
    now: () => world.now,
  })
  const follow = async (campaign: Parameters<typeof runs.follow>[0], now = world.now) => {
    world.now = now
    runs.follow(campaign)
    await runs.stop()
    return world.calls.splice(0)
  }
  return { world, runs, follow }
}

describe('the run of a campaign', () => {
  it('is told of each version once, and looked after every minute', async () => {
    const { follow } = recordedRuns()
    expect(await follow(open)).toEqual(['tell 7 3'])
    expect(await follow(open, 30_000)).toEqual([])
    expect(await follow({ ...open, version: 4 }, 30_000)).toEqual(['tell 7 4'])
    expect(await follow({ ...open, version: 4 }, 89_999)).toEqual([])
    expect(await follow({ ...open, version: 4 }, 90_000)).toEqual(['ensure 7'])
  })

  it('is told again five seconds after Temporal did not answer', async () => {
    const { world, follow } = recordedRuns()
    world.fails = true
    expect(await follow(open)).toEqual(['tell 7 3'])
    world.fails = false
    expect(await follow({ ...open, version: 4 }, 5_000)).toEqual([])
    expect(await follow({ ...open, version: 4 }, 5_001)).toEqual(['tell 7 4'])
  })

  it('is called once at a time, and the caller does not wait', () => {
    const { world, runs } = recordedRuns()
    runs.follow(open)
    runs.follow({ ...open, version: 4 })
    expect(world.calls).toEqual(['tell 7 3'])
  })

  it.each([
    ['a draft by hand', { state: 'DRAFT', autopilot: false }, false],
    ['a draft on autopilot', { state: 'DRAFT', autopilot: true }, true],
    ['a campaign by hand that is closed', { state: 'CLOSED', autopilot: false }, true],
    ['a settled campaign', { state: 'SETTLED', autopilot: true }, false],
  ] as const)('is there for %s (%o): %s', async (_, change, needed) => {
    expect(await recordedRuns().follow({ ...open, ...change })).toEqual(needed ? ['tell 7 3'] : [])
  })
})
