import { ApplicationFailure } from '@temporalio/common'
import { describe, expect, it } from 'vitest'
import type { Errand } from '../../../test/engine/recorded-run.js'
import { key, type LaneScript, laneActivities, once, recordedRun, step } from '../../../test/engine/recorded-run.js'
import { lost, no, plain, storedNo, undone, withStep } from '../../../test/engine/rolled-back.js'
import { stepFenced, stepPending } from '../../activity/refuse.js'
import { setWise } from '../../activity/set-wise.js'
import type { SetWiseActivity } from '../../definition/activity-types.js'
import type { SagaDefinition } from '../../definition/definition.js'
import { saga } from '../../definition/saga.js'
import { done, refused } from '../../wire/answer.js'

const patient = { ...step, retry: { initialMs: 60_000, factor: 1, maximumMs: 60_000, attempts: 3 } } as const

function group(left: object = step, right: object = patient, options: object = { onFailure: 'cancel' }) {
  return plain()
    .step('one', step)
    .parallel({ left: { ...step, ...left }, right: { ...step, ...right } }, options)
    .build()
}

function down(): never {
  throw new Error('down')
}

/** A task queue on which calls can be called off. */
const placement = { left: 'elsewhere', right: 'elsewhere' }

/** Runs the saga; returns the number of attempts of each step, and the duration in milliseconds of the run's clock. */
async function ended(definition: unknown, script: LaneScript, lanes: readonly Errand[] = [{ id: 'a' }]) {
  const attempts: string[] = []
  const counted = Object.fromEntries(
    Object.entries(script).map(([when, work]) => [
      when,
      (call: Parameters<typeof work>[0]) => {
        attempts.push(when)
        return work(call)
      },
    ]),
  )
  const run = recordedRun(definition, lanes, laneActivities(counted), { placement })
  const { except } = await run.report
  return {
    except,
    tookMs: run.runtime.now(),
    undone: undone(run.asked()),
    attempts: (when: string) => attempts.filter((one) => one === when).length,
  }
}

describe('a step of a group with onFailure cancel, beside one that failed', () => {
  it('is not tried again and may have happened: it is undone, and its cause comes after that of the failed step', async () => {
    const { except, tookMs, undone, attempts } = await ended(group(), { 'action left': storedNo, 'action right': down })

    expect(tookMs).toBeLessThan(1_000)
    expect(attempts('action right')).toBe(1)
    expect(undone).toEqual(['right a', 'one a'])
    expect(except).toMatchObject([
      {
        outcome: 'refused',
        cause: {
          step: 'left',
          code: 'NO',
          others: [
            {
              kind: 'unknown',
              step: 'right',
              code: 'SAGA_CALLED_OFF',
              message: 'called off, and not tried again: down',
            },
          ],
        },
        compensations: { one: 'done', left: 'notNeeded', right: 'done' },
      },
    ])
  })

  it('does not lead the causes, in any place of the group', async () => {
    const { except } = await ended(group(patient, step), { 'action left': down, 'action right': storedNo })

    expect(except).toMatchObject([{ cause: { step: 'right', others: [{ step: 'left', code: 'SAGA_CALLED_OFF' }] } }])
  })

  it('is awaited while its attempt runs, and is done when that succeeds', async () => {
    const run = recordedRun(
      group(),
      [{ id: 'a' }],
      laneActivities({ 'action left': storedNo, 'action right': () => run.runtime.clock.sleep(50) }),
      { placement },
    )

    expect((await run.report).except[0]?.cause).not.toHaveProperty('others')
    expect(run.runtime.now()).toBeGreaterThanOrEqual(50)
    expect(undone(run.asked())).toEqual(['right a', 'one a'])
  })

  it.each([
    ['for now', down],
    ['for good', () => thrown(ApplicationFailure.nonRetryable('down'))],
  ])('is not tried again when the attempt that was running fails %s', async (_, last) => {
    const run = recordedRun(
      group(),
      [{ id: 'a' }],
      laneActivities({ 'action left': storedNo, 'action right': () => run.runtime.clock.sleep(50).then(last) }),
      { placement },
    )

    expect((await run.report).except).toMatchObject([
      { cause: { step: 'left', others: [{ step: 'right', code: 'SAGA_CALLED_OFF' }] } },
    ])
    expect(run.runtime.now()).toBeLessThan(1_000)
  })

  it.each<[string, object, LaneScript]>([
    ['as happened', { compensations: { left: 'done' } }, {}],
    [
      'as not',
      { cause: { others: [{ step: 'left', code: 'SAGA_STEP_FENCED' }] }, compensations: { left: 'notNeeded' } },
      { 'verify left': () => thrown(stepFenced('left')) },
    ],
  ])(
    'is verified all the same with onUnknown verify: %s; it does not lead the causes either',
    async (_, lane, script) => {
      const doubtful = { ...patient, onUnknown: 'verify', verify: 'ask' }
      const { except } = await ended(group(doubtful, step), {
        'action left': down,
        'action right': storedNo,
        'verify left': () => 'happened',
        ...script,
      })

      expect(except).toMatchObject([{ outcome: 'refused', cause: { step: 'right', code: 'NO' } }])
      expect(except).toMatchObject([lane])
    },
  )

  it('is verified to the end of the retries, though its lane fails meanwhile', async () => {
    let asked = 0
    const doubtful = { onUnknown: 'verify', verify: 'ask', retry: { attempts: 3 }, startToCloseMs: 100 }
    const run = recordedRun(
      group(step, doubtful),
      [{ id: 'a' }],
      laneActivities({
        'action left': () => run.runtime.clock.sleep(50).then(storedNo),
        'action right': () => thrown(ApplicationFailure.nonRetryable('lost')),
        'verify right': () => run.runtime.clock.sleep(60).then(() => ++asked === 3 || lost()),
      }),
      { placement },
    )
    await run.until('a', 'ended')

    expect(asked).toBe(3)
    expect(run.lane('a')?.cause).not.toHaveProperty('others')
    expect(undone(run.asked())).toEqual(['right a', 'one a'])
  })

  it.each<[string, object, (run: ReturnType<typeof recordedRun>) => void]>([
    ['its run is cancelled', {}, (run) => run.runtime.cancel()],
    ['its deadline comes', { deadline: () => 20 }, () => undefined],
  ])('leaves the cause to the failed step, though %s before it has answered', async (_, more, meanwhile) => {
    const definition = { ...(group() as object), ...more }
    const run = recordedRun(
      definition,
      [{ id: 'a' }],
      laneActivities({
        'action left': storedNo,
        'action right': async () => {
          await run.runtime.clock.sleep(10)
          meanwhile(run)
          await run.runtime.clock.sleep(40)
          down()
        },
      }),
      { placement },
    )

    await run.until('a', 'ended')
    expect(run.lane('a')?.cause).toMatchObject({ step: 'left', code: 'NO', others: [{ code: 'SAGA_CALLED_OFF' }] })
    expect(undone(run.asked())).toEqual(['right a', 'one a'])
  })

  it.each<[string, object, LaneScript, string]>([
    ['is fenced', {}, { 'action left': () => thrown(stepFenced('left')) }, 'SAGA_STEP_FENCED'],
    ['is unknown', {}, { 'action left': lost }, 'SAGA_UNKNOWN'],
    ['cannot be called', { arg: lost }, {}, 'SAGA_ARGUMENT'],
    [
      'is found not to have happened',
      { onUnknown: 'verify', verify: 'ask' },
      { 'action left': lost, 'verify left': () => thrown(stepFenced('left')) },
      'SAGA_STEP_FENCED',
    ],
  ])('is called off when that step %s', async (_, left, script, code) => {
    const { except, tookMs } = await ended(group(left), { ...script, 'action right': down })

    expect(except).toMatchObject([{ cause: { step: 'left', code } }])
    expect(except[0]?.cause?.others?.at(-1)).toMatchObject({ step: 'right', code: 'SAGA_CALLED_OFF' })
    expect(tookMs).toBeLessThan(1_000)
  })

  it('whose lane failed before its call is not attempted, and is undone all the same', async () => {
    const { undone, attempts } = await ended(group({ arg: lost }), { 'action right': () => 'done' })

    expect(attempts('action right')).toBe(0)
    expect(undone).toEqual(['right a', 'one a'])
  })

  it('is called off by one that cannot be called, beside an optional one that cannot either', async () => {
    const three = plain()
      .parallel({ left: { ...step, arg: lost }, middle: { ...step, arg: lost }, right: step }, { onFailure: 'cancel' })
      .build()
    const { attempts } = await ended(withStep(three, 'left', { optional: true }), { 'action right': () => 'done' })

    expect(attempts('action right')).toBe(0)
  })

  it('that is queued behind 32 other lanes is not attempted', async () => {
    const lanes = Array.from({ length: 40 }, (_, at) => ({ id: `${at}` }))
    const run = recordedRun(
      group(),
      lanes,
      laneActivities({ 'action left 39': storedNo, 'action right': () => run.runtime.clock.sleep(50) }),
      { placement },
    )

    expect((await run.report).except).toMatchObject([{ key: '39', cause: { others: [{ code: 'SAGA_CALLED_OFF' }] } }])
  })

  it('on the own worker of its run is not tried again', async () => {
    let attempts = 0
    const script = { 'action left': storedNo, 'action right': () => ++attempts === 3 || lost() }
    const { except } = await recordedRun(group(), [{ id: 'a' }], laneActivities(script)).report

    expect(attempts).toBe(1)
    expect(except).toMatchObject([{ cause: { step: 'left', others: [{ step: 'right', code: 'SAGA_CALLED_OFF' }] } }])
  })

  it('on the own worker of its run is not begun when its lane has failed', async () => {
    const run = recordedRun(group({ arg: lost }), [{ id: 'a' }], laneActivities({ 'action right': storedNo }))

    expect((await run.report).except).toMatchObject([{ cause: { others: [{ code: 'SAGA_CALLED_OFF' }] } }])
  })

  it('is called off for its own lane alone', async () => {
    const { except, attempts } = await ended(
      group(),
      { 'action left a': storedNo, 'action right a': down, 'action right b': down },
      [{ id: 'a' }, { id: 'b' }],
    )

    expect([attempts('action right a'), attempts('action right b')]).toEqual([1, 3])
    expect(except).toMatchObject([{ cause: { step: 'left' } }, { cause: { step: 'right', code: 'SAGA_UNKNOWN' } }])
  })
})

function thrown(error: Error): never {
  throw error
}

describe('a step beside one that failed is awaited', () => {
  it.each<[string, unknown, LaneScript]>([
    ['where the group says nothing', group(step, patient, {}), { 'action left': storedNo }],
    ['where it says so', group(step, patient, { onFailure: 'await' }), { 'action left': storedNo }],
    ['where a person decides about it', group(step, { ...patient, onUnknown: 'park' }), { 'action left': storedNo }],
    ['where that one is optional', withStep(group(), 'left', { optional: true }), { 'action left': no }],
    [
      'where that one is optional, and cannot be asked for',
      withStep(group({ arg: lost }), 'left', { optional: true }),
      {},
    ],
    [
      'where that one is unknown',
      group({ onUnknown: 'verify', verify: 'ask' }),
      { 'action left': lost, 'verify left': () => thrown(stepPending()) },
    ],
    ['where a person decides about that one', group({ onUnknown: 'park' }), { 'action left': lost }],
  ])('%s', async (_, definition, script) => {
    let attempts = 0
    const run = recordedRun(
      definition as SagaDefinition,
      [{ id: 'a' }],
      laneActivities({ ...script, 'action right': () => ++attempts === 3 || lost() }),
      { placement },
    )
    await run.runtime.until(() => ['ended', 'parked'].includes(run.lane('a')?.status as string))

    expect(attempts).toBe(3)
    expect(run.runtime.now()).toBeGreaterThanOrEqual(120_000)
  })
})

describe('a set-wise call beside a step that failed', () => {
  const sets = saga<Errand>('sets', { key })
    .setActivities<Record<'act' | 'undo', SetWiseActivity<Errand | undefined, string>>>()
    .parallel({ left: { ...step, ...once }, right: patient }, { onFailure: 'cancel' })
    .build()

  async function attemptsOf(lanes: readonly string[], refusedLanes: readonly string[]) {
    let attempts = 0
    const act = setWise<Errand | undefined, string>(async (some, { step, phase }) => {
      if (phase === 'compensation') return some.map((lane) => done(lane.key))
      if (step === 'right' && ++attempts < 3) throw Object.assign(new Error('down'), { code: 'ECONNREFUSED' })
      const isNo = (lane: string) => step === 'left' && refusedLanes.includes(lane)
      return some.map((lane) => (isNo(lane.key) ? { ...refused(lane.key, 'NO'), definite: true } : done(lane.key)))
    })
    const inputs = lanes.map((id) => ({ id }))
    const { except } = await recordedRun(sets, inputs, { act, undo: act }, { placement }).report
    return { attempts, causes: except.map(({ cause }) => cause) }
  }

  it('is called off when all of its lanes have failed', async () => {
    const { attempts, causes } = await attemptsOf(['a', 'b'], ['a', 'b'])

    expect(attempts).toBe(1)
    expect(causes).toMatchObject([
      { step: 'left', others: [{ step: 'right', code: 'SAGA_CALLED_OFF' }] },
      { step: 'left', others: [{ step: 'right', code: 'SAGA_CALLED_OFF' }] },
    ])
  })

  it('is awaited while a lane of it goes on', async () => {
    const { attempts, causes } = await attemptsOf(['a', 'b'], ['a'])

    expect(attempts).toBe(3)
    expect(causes).toMatchObject([{ step: 'left' }])
    expect(causes[0]).not.toHaveProperty('others')
  })
})
