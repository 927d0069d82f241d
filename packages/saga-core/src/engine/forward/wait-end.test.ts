import { describe, expect, it } from 'vitest'
import {
  type Errand,
  key,
  type LaneActivities,
  laneActivities,
  once,
  recordedRun,
  step,
} from '../../../test/engine/recorded-run.js'
import { stepPending } from '../../activity/refuse.js'
import type { LaneCall } from '../../definition/activity-types.js'
import { saga } from '../../definition/saga.js'
import { typed } from '../../definition/typed.js'
import type { CarriedRun } from '../carry.js'

interface Timed extends Errand {
  readonly within?: number
  readonly saga?: number
}

const message = typed<string>()
const quarter = 15 * 60_000
const timed = saga<Timed>('timed', { key, deadline: (input) => input.saga ?? Number.POSITIVE_INFINITY })
  .activities<LaneActivities>()
  .step('one', { ...step, startToCloseMs: 60_000 })
  .wait('word', { message, withinMs: ({ input }) => input.within ?? quarter })
  .wait('other', { message })
  .build()

type Run = ReturnType<typeof recordedRun>

function started(inputs: readonly Timed[] | CarriedRun, definition: unknown = timed) {
  let long = false
  const run: Run = recordedRun(
    definition,
    inputs,
    laneActivities({
      'action one b': () => run.runtime.clock.sleep(20_000),
      'decide paid': ({ intent }) => paid(intent),
    }),
    { host: { shouldContinue: () => long } },
  )
  return {
    ...run,
    say: (wait: string, ids: readonly string[]) => {
      const lanes = Object.fromEntries(ids.map((id) => [id, { value: 'go' }]))
      return run.runtime.message(() => run.batch.message({ wait, lanes }))
    },
    async carried() {
      long = true
      run.runtime.wake()
      return (await run.ended) as CarriedRun
    },
  }
}

function paid(intent: LaneCall['intent']) {
  if (intent?.on !== 'deadline') throw stepPending()
  return 'too late'
}

describe('a wait with withinMs', () => {
  it('ends so long after it began', async () => {
    const run = started([{ id: 'b' }])

    expect(await run.report).toMatchObject({
      except: [{ outcome: 'refused', cause: { step: 'word', code: 'SAGA_WAIT_EXPIRED' } }],
    })
    expect(run.runtime.clock.now()).toBeGreaterThanOrEqual(20_000 + quarter)
    expect(run.runtime.clock.now()).toBeLessThan(21_000 + quarter)
  })

  it('leaves a timer alone that has rung', async () => {
    const run = started([{ id: 'a', within: 1_000 }, { id: 'c' }])
    await run.until('a', 'ended')
    run.say('word', ['c'])
    await run.runtime.until(() => run.lane('c')?.at === 'other')

    expect(run.cancelled).toEqual([quarter])
  })

  it('cancels its timer once', async () => {
    const run = started([{ id: 'a' }, { id: 'c', within: 2 * quarter }])
    await run.until('c', 'waiting')
    for (const id of ['a', 'c']) {
      run.say('word', [id])
      await run.runtime.until(() => run.lane(id)?.at === 'other')
    }

    expect(run.cancelled).toEqual([quarter, 2 * quarter])
  })

  it('has one timer for the lanes that begin together and wait as long', async () => {
    const run = started([
      { id: 'a' },
      { id: 'c' },
      { id: 'd', within: 5_000 },
      { id: 'e', within: Number.POSITIVE_INFINITY },
    ])
    const endedAt: Record<string, number> = {}
    for (const id of ['a', 'c', 'd']) void run.until(id, 'ended').then(() => (endedAt[id] = run.runtime.clock.now()))
    for (const id of ['a', 'c']) await run.until(id, 'ended')

    expect(run.timers).toEqual([quarter, 5_000])
    expect(endedAt).toEqual({ a: quarter + 1, c: quarter + 1, d: 5_001 })
    expect(run.lane('e')?.status).toBe('waiting')
  })

  it('is over at its message, and its timer is cancelled with the message of the last lane', async () => {
    const run = started([{ id: 'a' }, { id: 'c' }])
    await run.until('c', 'waiting')
    run.say('word', ['a'])
    await run.runtime.until(() => run.lane('a')?.at === 'other')
    expect(run.cancelled).toEqual([])
    run.say('word', ['c'])
    await run.runtime.until(() => run.lane('c')?.at === 'other')

    expect(run.cancelled).toEqual([quarter])
    run.say('other', ['a', 'c'])
    expect((await run.report).completed).toBe(2)
    expect(run.runtime.clock.now()).toBeLessThan(quarter)
  })

  it('ends before by the deadline of its saga', async () => {
    const run = started([{ id: 'a', saga: 60_000 }])

    expect(await run.report).toMatchObject({ except: [{ outcome: 'expired' }] })
    expect(run.cancelled).toEqual([quarter])
  })

  it('goes on with the value of onDeadline', async () => {
    const silence = saga<Timed>('silence', { key })
      .activities<LaneActivities>()
      .wait('word', { message, withinMs: quarter, onDeadline: { value: 'silence' } })
      .build()
    const run = started([{ id: 'a' }], silence)

    expect((await run.report).completed).toBe(1)
    expect(run.lane('a')?.results).toMatchObject({ word: 'silence' })
  })

  it('asks decide at its end', async () => {
    const deciding = saga<Timed>('deciding', { key })
      .activities<LaneActivities>()
      .waitingPivot('paid', { message, withinMs: quarter, decide: 'ask', decision: once })
      .build()
    const run = started([{ id: 'a' }], deciding)
    await run.until('a', 'waiting')
    run.say('paid', ['a'])
    await run.runtime.atRest()
    expect(run.lane('a')).toMatchObject({ status: 'waiting', waitsUntil: quarter })

    expect((await run.report).completed).toBe(1)
    expect(run.lane('a')?.results).toMatchObject({ paid: 'too late' })
    expect(run.calls.at(-1)?.at).toBe(quarter)
  })

  it.each([
    ['throws', () => fail(), 'no time'],
    ['is no number', () => Number.NaN, 'withinMs is a number of milliseconds, not NaN'],
  ] as const)('whose function %s fails its lane, and no other', async (_, withinMs, cause) => {
    const broken = saga<Timed>('broken', { key })
      .activities<LaneActivities>()
      .step('one', step)
      .wait('word', { message, withinMs: ({ key: lane }) => (lane === 'a' ? withinMs() : quarter) })
      .build()
    const run = started([{ id: 'a' }, { id: 'c' }], broken)
    await run.until('c', 'waiting')
    run.say('word', ['c'])

    expect(await run.report).toMatchObject({
      completed: 1,
      except: [{ key: 'a', outcome: 'failed', cause: { code: 'SAGA_DEADLINE_INVALID', message: cause } }],
    })
  })

  it('continues as new with the time at which it ends', async () => {
    const run = started([{ id: 'b' }])
    await run.until('b', 'waiting')
    const carried = await run.carried()
    const next = started(carried)
    await next.until('b', 'waiting')

    expect(carried['saga-core/carried'].open).toMatchObject([{ key: 'b', waitsUntil: 20_000 + quarter }])
    // The new run has a clock of its own, which begins at 0.
    expect(next.timers).toEqual([20_000 + quarter])
    next.say('word', ['b'])
    await next.runtime.until(() => next.lane('b')?.at === 'other')
    expect((await next.carried())['saga-core/carried'].open[0]).not.toHaveProperty('waitsUntil')
  })
})

function fail(): never {
  throw new Error('no time')
}
