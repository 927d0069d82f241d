import { ApplicationFailure } from '@temporalio/common'
import { describe, expect, it } from 'vitest'
import { type LongRun, longRun } from '../../../test/engine/long-run.js'
import {
  type Errand,
  eachItem,
  key,
  type LaneScript,
  laneActivities,
  once,
  type SetActivities,
  step,
} from '../../../test/engine/recorded-run.js'
import { lost, no, plain } from '../../../test/engine/rolled-back.js'
import { setWise } from '../../activity/set-wise.js'
import { saga } from '../../definition/saga.js'
import { typed } from '../../definition/typed.js'
import { done } from '../../wire/answer.js'

const hour = 3_600_000
const day = 24 * hour
const endless = { retry: { initialMs: 1_100, factor: 1, maximumMs: 1_100, attempts: 0 } } as const
const patient = { ...step, ...endless } as const
/** Events from which on a run is to continue as new, and the most that it may have then. */
const [suggestedAt, most] = [150, 300]

const lanes: readonly Errand[] = [{ id: 'a', items: ['x', 'y'] }, { id: 'b', items: ['z'] }, { id: 'c' }]

/** A part of a script that fails until that time. */
function down(until: number) {
  const times: number[] = []
  const clock = { now: () => 0 }
  return {
    times,
    clock,
    work: () => {
      times.push(clock.now())
      return clock.now() < until ? lost() : 'up'
    },
  }
}

/** Runs lanes by a script whose work may fail for days. */
function started(
  definition: unknown,
  script: LaneScript,
  { clock } = down(0),
  how: object = {},
  inputs = lanes,
): LongRun & { readonly undone: readonly string[] } {
  const undone: string[] = []
  const scripted = laneActivities(script)
  const activities = {
    ...scripted,
    undo: async (...[arg, call]: Parameters<typeof scripted.undo>) => {
      const answer = await scripted.undo(arg, call)
      undone.push(`${call.step} ${call.lane.replaceAll('\u001f', '.')}`)
      return answer
    },
  }
  const run = longRun(definition, inputs, { activities, suggestedAt, ...how })
  clock.now = run.clock.now
  return { ...run, undone }
}

function gone(): never {
  throw ApplicationFailure.nonRetryable('gone')
}

/** Each kind of call on the way forward, retried without end. */
const kinds = {
  'a step': [plain().step('one', step).step('hard', patient), 'action hard'],
  'a step of a parallel group': [plain().parallel({ easy: step, hard: patient }), 'action hard'],
  'the elements of a list': [
    plain()
      .step('one', step)
      .forEach('hard', { ...eachItem, ...endless }),
    'action hard',
  ],
  'a pivot': [
    plain()
      .step('one', step)
      .pivot('hard', { invoke: 'act', ...endless }),
    'action hard',
  ],
  'a retriable step': [
    plain()
      .pivot('go', { invoke: 'act', ...once })
      .retriable('hard', { invoke: 'act', ...endless }),
    'action hard',
  ],
  'a verify': [
    plain()
      .step('hard', { ...patient, onUnknown: 'verify', verify: 'ask' })
      .step('last', step),
    'verify hard',
    { 'action hard': gone },
  ],
  'a decide': [
    plain().waitingPivot('hard', {
      message: typed<string>(),
      deadline: () => 1_000,
      decide: 'ask',
      decision: endless,
    }),
    'decide hard',
  ],
} as const

describe('a call that is retried without end', () => {
  it.each(Object.entries(kinds))('as %s lets no history grow, and its run ends by itself', async (_, kind) => {
    const [definition, when, script = {}] = kind
    const fault = down(6 * hour)
    const run = started(definition.build(), { ...script, [when]: fault.work }, fault)
    const { report, histories } = await run.ended

    expect(report).toMatchObject({ lanes: 3, completed: 3, except: [] })
    expect(histories.length).toBeGreaterThan(5)
    expect(Math.max(...histories)).toBeLessThan(most)
    expect(run.clock.now()).toBeLessThan(6 * hour + 120_000)
    expect(run.undone).toEqual([])
  })

  it('as a compensation lets no history grow, and every compensation is done', async () => {
    const fault = down(6 * hour)
    const hard = { ...step, compensation: { ...once, ...endless } } as const
    const definition = plain().step('one', step).step('hard', hard).step('last', step).build()
    const run = started(definition, { 'action last': no, 'compensation hard': fault.work }, fault)
    const { report, histories } = await run.ended

    expect(report.except.map(({ outcome, compensations }) => ({ outcome, ...compensations }))).toEqual(
      lanes.map(() => ({ outcome: 'refused', one: 'done', hard: 'done', last: 'notNeeded' })),
    )
    expect(Math.max(...histories)).toBeLessThan(most)
    expect(run.undone.toSorted()).toEqual(['hard a', 'hard b', 'hard c', 'one a', 'one b', 'one c'])
  })

  it('as one call for all lanes lets no history grow, and its run ends by itself', async () => {
    const fault = down(6 * hour)
    const act = setWise<Errand, string>(async (all) => {
      fault.work()
      return all.map((lane) => done(lane.key, 'up'))
    })
    const activities = { act, undo: act, ask: act } as SetActivities
    const definition = saga<Errand>('sets', { key })
      .setActivities<SetActivities>()
      .owned({ take: 'ask' as never, ...endless })
      .step('one', patient)
      .build()
    const run = longRun(definition, lanes, { activities: activities as never, suggestedAt })
    fault.clock.now = run.clock.now
    const { report, histories } = await run.ended

    expect(report.completed).toBe(3)
    expect(histories.length).toBeGreaterThan(5)
    expect(Math.max(...histories)).toBeLessThan(most)
  })

  it('for three days rolls its lanes back at their deadline, with every compensation done', async () => {
    const fault = down(Number.POSITIVE_INFINITY)
    const definition = { ...(kinds['a step'][0].build() as object), deadline: () => 3 * day }
    const run = started(definition, { 'action hard': fault.work }, fault)
    const { report, histories } = await run.ended

    expect(report.except).toMatchObject(lanes.map(() => ({ outcome: 'expired', compensations: { one: 'done' } })))
    expect(run.undone).toHaveLength(6)
    expect(Math.max(...histories)).toBeLessThan(most)
    expect(Math.max(...fault.times)).toBeLessThan(3 * day)
  })

  it('rolls its lanes back at a cancel, with every compensation done', async () => {
    const fault = down(Number.POSITIVE_INFINITY)
    const run = started(kinds['a step'][0].build(), { 'action hard': fault.work }, fault)
    void run.clock.sleep(6 * hour).then(() => run.now().runtime.cancel())
    const { report } = await run.ended

    expect(report.except).toMatchObject(lanes.map(() => ({ outcome: 'cancelled', compensations: { hard: 'done' } })))
    expect(run.undone).toHaveLength(6)
  })

  it('pauses longer as the hours pass, up to a minute', async () => {
    const fault = down(day)
    const run = started(kinds['a step'][0].build(), { 'action hard': fault.work }, fault, {}, [{ id: 'a' }])
    await run.ended
    const between = (from: number, to: number) => fault.times.filter((time) => time >= from && time < to).length

    expect(between(0, 60_000)).toBeGreaterThan(50)
    // 36 s after an hour.
    expect(between(3_600_000, 7_200_000)).toBeLessThan(100)
    expect(between(day / 2, day)).toBeGreaterThan(719)
    expect(between(day / 2, day)).toBeLessThan(800)
  })

  it('has its count and its last error in the state of each run', async () => {
    const fault = down(day)
    const run = started(kinds['a step'][0].build(), { 'action hard': fault.work }, fault, {}, [{ id: 'a' }])
    await run.clock.sleep(day / 2)
    const { retrying } = run.now().batch.laneState('a') ?? {}
    await run.ended

    const before = fault.times.filter((time) => time < day / 2).length
    expect(retrying).toMatchObject({ step: 'hard', since: expect.any(Number), error: { message: 'lost' } })
    expect(retrying?.since).toBeLessThan(10_000)
    expect(Math.abs((retrying?.attempt ?? 0) - before)).toBeLessThan(2)
    expect(run.now().batch.laneState('a')?.retrying).toBeUndefined()
  })
})

describe('a call that its run did not make to the end', () => {
  const bounded = { ...step, retry: { initialMs: 1_100, factor: 1, maximumMs: 1_100, attempts: 100 } } as const

  it('has the attempts that are left in the next run, and no more', async () => {
    const fault = down(day)
    const run = started(plain().step('one', bounded).build(), { 'action one': fault.work }, fault, {}, [{ id: 'a' }])
    const { report, histories } = await run.ended

    expect(report.except).toMatchObject([{ outcome: 'failed', cause: { code: 'SAGA_UNKNOWN', message: 'lost' } }])
    expect(histories.length).toBeGreaterThan(1)
    expect(fault.times).toHaveLength(100)
  })

  it('may have taken effect: its later refusal undoes the step', async () => {
    const refusing = () => (run.histories.length > 1 ? no() : lost())
    const run: LongRun = started(plain().step('one', patient).build(), { 'action one': refusing }, down(0), {}, [
      { id: 'a' },
    ])
    const { report, histories } = await run.ended

    expect(histories.length).toBeGreaterThan(1)
    expect(report.except).toMatchObject([{ outcome: 'refused', compensations: { one: 'done' } }])
  })

  it('does not hold up a lane whose other step is refused', async () => {
    const fault = down(Number.POSITIVE_INFINITY)
    const definition = plain().parallel({ easy: step, hard: patient }).build()
    const run = started(definition, { 'action easy': no, 'action hard': fault.work }, fault, {}, [{ id: 'a' }])
    const { report } = await run.ended

    expect(report.except).toMatchObject([
      { outcome: 'refused', cause: { step: 'easy' }, compensations: { easy: 'notNeeded', hard: 'done' } },
    ])
  })

  it('is asked about by its verify where that was due, and not made again', async () => {
    let actions = 0
    const fault = down(day)
    const definition = plain()
      .step('one', { ...patient, onUnknown: 'verify', verify: 'ask' })
      .build()
    const acting = () => {
      actions += 1
      return gone()
    }
    const run = started(definition, { 'action one': acting, 'verify one': fault.work }, fault, {}, [{ id: 'a' }])
    const { report, histories } = await run.ended

    expect(histories.length).toBeGreaterThan(1)
    expect(report.completed).toBe(1)
    expect(actions).toBe(1)
  })
})
