import { ApplicationFailure } from '@temporalio/common'
import { describe, expect, it } from 'vitest'
import {
  before,
  type Errand,
  key,
  type LaneScript,
  laneActivities,
  type RecordedOptions,
  recordedRun,
  type SetActivities,
  step,
} from '../../../test/engine/recorded-run.js'
import { lost, plain, undone } from '../../../test/engine/rolled-back.js'
import { setWise } from '../../activity/set-wise.js'
import { saga } from '../../definition/saga.js'
import { done, type LaneAnswer, refused } from '../../wire/answer.js'

const endless = { ...step, retry: { initialMs: 1_000, factor: 1, maximumMs: 1_000, attempts: 0 } } as const
const doubtful = { ...endless, onUnknown: 'verify', verify: 'ask' } as const

/** Waits for the third attempt, and half a pause. */
const untilRetried = 2_500

function gone(): never {
  throw ApplicationFailure.nonRetryable('gone')
}

function down(): never {
  throw Object.assign(new Error('down'), { code: 'ECONNREFUSED' })
}

/** A run of lanes a, b and c in which c is tried again until `answer` is called. */
function run(definition: unknown, script: LaneScript, options: RecordedOptions = {}) {
  let isUp = false
  const lanes = ['a', 'b', 'c'].map((id) => ({ id }))
  const started = recordedRun(
    definition,
    lanes,
    laneActivities({ 'action two c': () => isUp || lost(), ...script }),
    options,
  )
  return {
    ...started,
    abort: (lane: string) =>
      started.batch.operate({ verb: 'abort', lanes: [lane], actor: 'ops', reason: 'enough', operationId: lane }),
    answer: () => {
      isUp = true
    },
    questions: () => started.asked().filter((call) => call.startsWith('verify')),
  }
}

describe('a lane that is called off in a step that others are in', () => {
  const three = plain().step('one', step).step('two', endless).step('three', step).build()

  it('leaves alone: the others go on together, when each has its answer', async () => {
    const started = run(three, { 'action two a': lost })
    await started.runtime.clock.sleep(untilRetried)
    started.abort('a')
    await started.until('a', 'ended')
    expect(started.asked()).not.toContain('action three b')
    started.answer()

    expect(await started.report).toMatchObject({ completed: 2 })
    expect(started.asked().slice(-2)).toEqual(['action three b', 'action three c'])
  })

  it('leaves once: its failure is told once, and it is undone once', async () => {
    const started = run(three, { 'action two a': lost })
    await started.runtime.clock.sleep(untilRetried)
    started.abort('a')
    await started.until('a', 'ended')
    started.answer()

    expect((await started.report).except).toEqual([
      {
        key: 'a',
        outcome: 'cancelled',
        cause: {
          kind: 'aborted',
          code: 'SAGA_ABORTED',
          message: 'ops: enough',
          others: [expect.objectContaining({ step: 'two', code: 'SAGA_CALLED_OFF' })],
        },
        compensations: { one: 'done', two: 'done', three: 'done' },
      },
    ])
    expect(undone(started.asked())).toEqual(['three a', 'two a', 'one a'])
  })
})

describe('a step with verify that lanes are in, of which one is called off,', () => {
  const asking = plain().step('one', step).step('two', doubtful).build()

  it('is asked about for that lane at once, and for the others when each has its answer', async () => {
    const started = run(asking, { 'action two a': gone, 'action two b': gone })
    await started.runtime.clock.sleep(untilRetried)
    expect(started.questions()).toEqual([])
    started.abort('a')
    await started.until('a', 'ended')
    expect(started.questions()).toEqual(['verify two a'])
    started.answer()

    expect(await started.report).toMatchObject({ completed: 2, except: [{ key: 'a', outcome: 'cancelled' }] })
    expect(started.questions()).toEqual(['verify two a', 'verify two b'])
  })

  it('is asked about at once where the call-off ends the calls of that lane', async () => {
    const started = run(asking, { 'action two a': lost })
    await started.runtime.clock.sleep(untilRetried)
    started.abort('a')
    await started.until('a', 'ended')
    expect(started.questions()).toEqual(['verify two a'])
    started.answer()

    expect(await started.report).toMatchObject({ completed: 2, except: [{ key: 'a', outcome: 'cancelled' }] })
    expect(started.questions()).toEqual(['verify two a'])
  })
})

describe('a step with verify of which no lane is called off', () => {
  const asking = plain().step('one', step).step('two', doubtful).build()

  it('does what every version does', async () => {
    const changes: string[] = []
    const isCurrent = (change: string) => changes.push(change) > 0
    const started = run(asking, { 'action two a': gone }, { host: { isCurrent } })
    await started.runtime.clock.sleep(untilRetried)
    started.answer()

    expect((await started.report).completed).toBe(3)
    expect(changes).not.toContain('asked-alone')
  })

  it('is asked about with the others by a run that an earlier version began, also for a lane that is called off', async () => {
    const started = run(asking, { 'action two a': lost }, { host: before('asked-alone') })
    await started.runtime.clock.sleep(untilRetried)
    started.abort('a')
    await started.runtime.clock.sleep(untilRetried)
    expect(started.questions()).toEqual([])
    started.answer()

    expect(await started.report).toMatchObject({ completed: 2, except: [{ key: 'a', outcome: 'cancelled' }] })
    expect(started.questions()).toEqual(['verify two a'])
  })
})

describe('a lane that is called off in a set-wise step that others are in', () => {
  const sets = (one: object) =>
    saga<Errand>('sets', { key })
      .setActivities<SetActivities>()
      .step('one', one as typeof endless)

  /** A run of lanes a, b and c whose step is down, and is called off for b; then `answer` answers for the others. */
  async function withoutB(one: object, answer: (lane: string) => LaneAnswer<string>) {
    const calls: string[] = []
    let isUp = false
    const act = setWise<Errand | undefined, string>(async (lanes, { phase }) => {
      calls.push(`${phase} ${lanes.map((lane) => lane.key)}`)
      if (phase === 'action' && !isUp) down()
      return lanes.map((lane) => (phase === 'action' ? answer(lane.key) : done(lane.key)))
    })
    const inputs = ['a', 'b', 'c'].map((id) => ({ id }))
    const run = recordedRun(sets(one).build(), inputs, { act, undo: act, ask: act })
    await run.runtime.clock.sleep(untilRetried)
    run.batch.operate({ verb: 'abort', lanes: ['b'], actor: 'ops', reason: 'enough', operationId: '1' })
    isUp = true
    const report = await run.report
    return { ...report, calls: calls.slice(calls.indexOf('action a,c')) }
  }

  it('is not among those for which it is called again, and the call that answers is the last', async () => {
    const { completed, calls } = await withoutB(endless, done)

    expect(completed).toBe(2)
    expect(calls).toEqual(['action a,c', 'compensation b'])
  })

  it('leaves the others unknown where they are refused after it: they are undone', async () => {
    const { except, calls } = await withoutB(endless, (lane) => refused(lane, 'NO'))

    expect(except.map(({ outcome }) => outcome)).toEqual(['refused', 'cancelled', 'refused'])
    expect(calls.filter((call) => call.startsWith('compensation'))).toEqual(['compensation b', 'compensation a,c'])
  })

  it('leaves the others to be asked about where they are unknown', async () => {
    const { completed, calls } = await withoutB(doubtful, gone)

    expect(completed).toBe(2)
    expect(calls.filter((call) => call.startsWith('verify')).join()).toMatch(/a.*c/)
  })

  it('leaves when its set is answered, though a step beside it is tried again for the others', async () => {
    const act = setWise<Errand | undefined, string>(async (lanes, { step: name, phase }) => {
      if (phase === 'action' && name === 'right' && !isUp) down()
      if (phase === 'action' && name === 'left') await run.runtime.clock.sleep(50)
      return lanes.map((lane) => done(lane.key))
    })
    let isUp = false
    const group = saga<Errand>('sets', { key }).setActivities<SetActivities>().parallel({ left: step, right: endless })
    const run: ReturnType<typeof recordedRun> = recordedRun(group.build(), [{ id: 'a' }, { id: 'b' }], {
      act,
      undo: act,
    })
    await run.runtime.clock.sleep(20)
    run.batch.operate({ verb: 'abort', lanes: ['a'], actor: 'ops', reason: 'enough', operationId: '1' })
    await run.runtime.clock.sleep(untilRetried)
    expect(run.lane('a')?.status).toBe('ended')
    isUp = true

    expect(await run.report).toMatchObject({ completed: 1, except: [{ key: 'a', outcome: 'cancelled' }] })
  })
})
