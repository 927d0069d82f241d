import { ApplicationFailure } from '@temporalio/common'
import { describe, expect, it } from 'vitest'
import type { Errand, LaneScript, SetActivities } from '../../../test/engine/recorded-run.js'
import { before, key, laneActivities, recordedRun, step } from '../../../test/engine/recorded-run.js'
import { lost, no, plain, storedNo, undone, withStep } from '../../../test/engine/rolled-back.js'
import { stepFenced, stepPending } from '../../activity/refuse.js'
import { setWise } from '../../activity/set-wise.js'
import { saga } from '../../definition/saga.js'
import { done } from '../../wire/answer.js'
import type { ActivityRequest } from '../run/runtime.js'

const endless = { ...step, retry: { initialMs: 1_000, factor: 1, maximumMs: 1_000, attempts: 0 } } as const

/** Waits for the next attempt, and half a pause. */
const untilRetried = 2_500

const abortOf = (lanes: readonly string[]) =>
  ({ verb: 'abort', lanes, actor: 'ops', reason: 'enough', operationId: lanes.join() }) as const

function run(definition: unknown, script: LaneScript, ids: readonly string[] = ['a'], options: object = {}) {
  const lanes = ids.map((id) => ({ id }))
  return recordedRun(definition, lanes, laneActivities(script), options)
}

/** The number of attempts, counted by a script's entry that fails each time. */
function failing() {
  let attempts = 0
  const work = () => {
    attempts += 1
    return lost()
  }
  return { work, attempts: () => attempts }
}

const two = () => plain().step('one', step).step('two', endless)

describe('a step that is retried without end, of a run that is called off,', () => {
  it.each([
    ['on the own worker', {}],
    ['on a task queue', { placement: { two: 'elsewhere' } }],
  ])('%s is not tried again, and the lane ends cancelled with the last failure beside it', async (_, options) => {
    const { work, attempts } = failing()
    const started = run(two().build(), { 'action two': work }, ['a'], options)
    await started.runtime.clock.sleep(untilRetried)
    started.runtime.cancel()

    expect((await started.report).except).toMatchObject([
      {
        outcome: 'cancelled',
        cause: {
          kind: 'cancelled',
          others: [{ kind: 'unknown', step: 'two', code: 'SAGA_CALLED_OFF', message: expect.stringContaining('lost') }],
        },
      },
    ])
    expect(attempts()).toBe(3)
    expect(started.runtime.now()).toBeLessThan(3_000)
    expect(undone(started.asked())).toEqual(['two a', 'one a'])
  })

  it('is awaited while its attempt runs, and undone as done', async () => {
    const started = run(two().build(), { 'action two': () => started.runtime.clock.sleep(90) })
    await started.runtime.clock.sleep(10)
    started.runtime.cancel()

    expect((await started.report).except).toMatchObject([{ outcome: 'cancelled' }])
    expect(started.runtime.now()).toBeGreaterThanOrEqual(90)
    expect(undone(started.asked())).toEqual(['two a', 'one a'])
  })

  it('keeps the refusal of its running attempt', async () => {
    const started = run(two().build(), { 'action two': () => started.runtime.clock.sleep(90).then(no) })
    await started.runtime.clock.sleep(10)
    started.runtime.cancel()

    expect((await started.report).except).toMatchObject([{ outcome: 'refused', cause: { code: 'NO' } }])
  })

  it('leaves the cause to the cancel where its running attempt is fenced', async () => {
    const fenced = () => {
      throw stepFenced('two')
    }
    const started = run(two().build(), { 'action two': () => started.runtime.clock.sleep(90).then(fenced) })
    await started.runtime.clock.sleep(10)
    started.runtime.cancel()

    expect((await started.report).except).toMatchObject([
      { outcome: 'cancelled', cause: { kind: 'cancelled', others: [{ kind: 'fenced', step: 'two' }] } },
    ])
  })

  it('ends as its deadline says though its last attempt fails meanwhile', async () => {
    const definition = { ...(plain().step('one', step).build() as object), deadline: () => 20 }
    const started = run(definition, { 'action one': () => started.runtime.clock.sleep(50).then(lost) })

    expect((await started.report).except).toMatchObject([{ outcome: 'expired', cause: { kind: 'expired' } }])
  })

  it('rolls back where a person would decide about its unknown outcome', async () => {
    const started = run(
      plain()
        .step('one', { ...endless, onUnknown: 'park' })
        .build(),
      { 'action one': lost },
    )
    await started.runtime.clock.sleep(untilRetried)
    started.runtime.cancel()

    expect((await started.report).except).toMatchObject([{ outcome: 'cancelled' }])
    expect(undone(started.asked())).toEqual(['one a'])
  })

  it('is asked about once by its verify', async () => {
    const asked = failing()
    const doubtful = plain()
      .step('one', { ...endless, onUnknown: 'verify', verify: 'ask' })
      .build()
    const started = run(doubtful, { 'action one': lost, 'verify one': asked.work })
    await started.runtime.clock.sleep(untilRetried)
    started.runtime.cancel()

    expect((await started.report).except).toMatchObject([{ outcome: 'cancelled' }])
    expect(asked.attempts()).toBe(1)
  })

  it('is not asked about any more where its verify is what is retried', async () => {
    const asked = failing()
    const doubtful = plain()
      .step('one', { ...endless, onUnknown: 'verify', verify: 'ask' })
      .build()
    const gone = () => {
      throw ApplicationFailure.nonRetryable('gone')
    }
    const started = run(doubtful, { 'action one': gone, 'verify one': asked.work })
    await started.runtime.clock.sleep(untilRetried)
    started.batch.operate(abortOf(['a']))

    expect((await started.report).except).toMatchObject([{ outcome: 'cancelled', cause: { kind: 'aborted' } }])
    expect(asked.attempts()).toBe(3)
  })

  it('is called off once, and a call that has been answered is not', async () => {
    const started = run(two().build(), { 'action two': () => started.runtime.clock.sleep(90) })
    await started.runtime.clock.sleep(10)
    started.batch.operate(abortOf(['a']))
    started.runtime.cancel()

    expect((await started.report).except).toMatchObject([{ outcome: 'cancelled' }])
    expect(started.calledOff).toEqual(['two · a'])
  })

  it('is not attempted where it is queued behind 32 others', async () => {
    const ids = Array.from({ length: 40 }, (_, at) => `${at}`)
    let attempts = 0
    const started = run(
      plain().step('one', step).build(),
      {
        'action one': () => {
          attempts += 1
          return started.runtime.clock.sleep(90)
        },
      },
      ids,
    )
    await started.runtime.clock.sleep(10)
    started.runtime.cancel()

    expect((await started.report).except).toHaveLength(40)
    expect(attempts).toBe(32)
  })

  it('goes on past the pivot', async () => {
    let attempts = 0
    const definition = plain().step('one', step).pivot('pay', { invoke: 'act' }).retriable('tell', { invoke: 'act' })
    const started = run(definition.build(), { 'action tell': () => ++attempts === 5 || lost() })
    await started.runtime.clock.sleep(250)
    started.runtime.cancel()

    expect((await started.report).completed).toBe(1)
    expect(attempts).toBe(5)
  })

  it('goes on where it is the pivot', async () => {
    let attempts = 0
    const definition = plain().step('one', step).pivot('last', { invoke: 'act' })
    const started = run(definition.build(), { 'action last': () => ++attempts === 5 || lost() })
    await started.runtime.clock.sleep(250)
    started.runtime.cancel()

    expect((await started.report).completed).toBe(1)
    expect(attempts).toBe(5)
  })

  it('goes on in a run that began under an earlier version of the library', async () => {
    let attempts = 0
    const started = run(two().build(), { 'action two': () => ++attempts === 5 || lost() }, ['a'], {
      host: before('call-off'),
    })
    await started.runtime.clock.sleep(untilRetried)
    started.runtime.cancel()

    expect((await started.report).except).toMatchObject([{ outcome: 'cancelled' }])
    expect(attempts).toBe(5)
  })
})

describe('a refusal that no barrier stored', () => {
  const parking = plain()
    .step('one', { ...step, onUnknown: 'park' })
    .build()

  async function afterRetry(second: () => never, options: object = {}) {
    const script = { 'action one': () => (tries++ === 0 ? lost() : second()) }
    let tries = 0
    const started = run(parking, script, ['a'], options)
    await started.until('a', 'parked')
    started.batch.operate({ verb: 'retry', actor: 'ops', reason: 'again', operationId: '1' })
    return { ...(await started.report), undone: undone(started.asked()) }
  }

  it('is not definite where an operator retries a step that may have happened: the step is undone', async () => {
    expect(await afterRetry(no, { host: { isCurrent: (change: string) => change === 'call-off' } })).toMatchObject({
      except: [{ outcome: 'refused', cause: { code: 'NO' }, compensations: { one: 'done' } }],
      undone: ['one a'],
    })
  })

  it('is definite there in a run that began under an earlier version of the library', async () => {
    expect(await afterRetry(no, { host: { isCurrent: () => false } })).toMatchObject({ undone: [] })
  })

  it('is not definite there where the result of the first call did not fit its schema', async () => {
    const result = { '~standard': { validate: () => ({ issues: [{ message: 'no number' }] }) } }
    let tries = 0
    const started = run(withStep(parking, 'one', { result }), { 'action one': () => tries++ === 0 || no() })
    await started.until('a', 'parked')
    started.batch.operate({ verb: 'retry', actor: 'ops', reason: 'again', operationId: '1' })

    expect((await started.report).except).toMatchObject([{ outcome: 'refused', compensations: { one: 'done' } }])
  })

  it('is not definite where a lost execution may have made the same call', async () => {
    const answer = { status: 'refused', code: 'NO' }
    const refused = { answer, blamesData: false, mayRepeat: true }
    const started: ReturnType<typeof run> = run(parking, {}, ['a'], {
      host: {
        call: async (request: ActivityRequest) =>
          request.summary === 'one · a' ? refused : { answer: { status: 'done' }, blamesData: false },
        isCurrent: (change: string) => change === 'lost-task',
      },
    })

    expect((await started.report).except).toMatchObject([
      { outcome: 'refused', cause: { code: 'NO' }, compensations: { one: 'done' } },
    ])
  })

  it('is definite there where a barrier stored it', async () => {
    expect(await afterRetry(storedNo)).toMatchObject({ except: [{ outcome: 'refused' }], undone: [] })
  })
})

describe('a refusal that verify finds', () => {
  it('is definite though an operator had the step called again that may have happened: the step is not undone', async () => {
    let asked = 0
    const definition = plain()
      .step('one', { ...step, onUnknown: 'verify', verify: 'ask' })
      .build()
    const pending = () => {
      throw stepPending()
    }
    const started = run(definition, { 'action one': lost, 'verify one': () => (asked++ === 0 ? pending() : no()) })
    await started.until('a', 'parked')
    started.batch.operate({ verb: 'retry', actor: 'ops', reason: 'again', operationId: '1' })

    expect((await started.report).except).toMatchObject([{ outcome: 'refused', cause: { code: 'NO' } }])
    expect(undone(started.asked())).toEqual([])
  })
})

describe('a lane that is called off beside others', () => {
  it('leaves its step while theirs is retried', async () => {
    let attempts = 0
    const started = run(two().build(), { 'action two a': lost, 'action two b': () => ++attempts === 9 || lost() }, [
      'a',
      'b',
    ])
    await started.runtime.clock.sleep(untilRetried)
    started.batch.operate(abortOf(['a']))
    await started.until('a', 'ended')

    expect(started.runtime.now()).toBeLessThan(3_000)
    expect(started.lane('b')?.status).toBe('running')
    expect(await started.report).toMatchObject({ completed: 1, except: [{ key: 'a', outcome: 'cancelled' }] })
  })

  it('leaves its step where its own call has been answered, and theirs is retried', async () => {
    const { work } = failing()
    const started = run(two().build(), { 'action two b': work }, ['a', 'b'])
    await started.runtime.clock.sleep(untilRetried)
    started.batch.operate(abortOf(['a']))
    await started.until('a', 'ended')

    expect(undone(started.asked())).toEqual(['two a', 'one a'])
    expect(started.lane('b')?.status).toBe('running')
  })

  it('leaves a set-wise step, which is called again for the others', async () => {
    const sets: string[] = []
    let isUp = false
    const act = setWise<Errand | undefined, string>(async (lanes, { phase }) => {
      if (phase === 'action') sets.push(lanes.map((lane) => lane.key).join())
      if (phase === 'action' && !isUp) throw Object.assign(new Error('down'), { code: 'ECONNREFUSED' })
      return lanes.map((lane) => done(lane.key))
    })
    const definition = saga<Errand>('sets', { key }).setActivities<SetActivities>().step('one', endless).build()
    const started = recordedRun(definition, [{ id: 'a' }, { id: 'b' }, { id: 'c' }], { act, undo: act })
    await started.runtime.clock.sleep(untilRetried)
    started.batch.operate(abortOf(['b']))
    await started.until('b', 'ended')
    expect(started.runtime.now()).toBeLessThan(3_500)
    isUp = true

    expect(await started.report).toMatchObject({ completed: 2, except: [{ key: 'b', outcome: 'cancelled' }] })
    expect(sets.slice(0, 4)).toEqual(['a,b,c', 'a,b,c', 'a,b,c', 'a,c'])
  })
})
