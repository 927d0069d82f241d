import { describe, expect, it } from 'vitest'
import {
  type Errand,
  key,
  type LaneActivities,
  type LaneScript,
  laneActivities,
  once,
  recordedRun,
  step,
} from '../../../test/engine/recorded-run.js'
import { saga } from '../../definition/saga.js'
import { typed } from '../../definition/typed.js'
import { givenCode } from '../../saga-error.js'
import { ownershipStep } from '../../wire/names.js'
import { type Lane, newLane } from '../run/lane.js'
import type { Run } from '../run/run.js'
import { type Operation, type Verb, whyNot } from './operation.js'

const errand = saga<Errand>('errand', { key })
  .activities<LaneActivities>()
  .step('one', { ...step, onUnknown: 'park' })
  .forEach('each', {
    ...step,
    onUnknown: 'park',
    items: ({ input }) => input.items ?? [],
    key: (item: string) => item,
    arg: ({ item }) => ({ id: item }),
  })
  .step('two', {
    ...step,
    onUnknown: 'park',
    arg: ({ input, results }) => ({ ...input, items: [results.one, ...results.each] }),
  })
  .pivot('go', { invoke: 'act', ...once })
  .retriable('tell', { invoke: 'act', ...once })
  .build()

let operations = 0

function said(verb: Verb, more: Partial<Operation> = {}): Operation {
  return {
    verb,
    actor: 'ann',
    reason: 'enough',
    operationId: `said-${++operations}`,
    ...more,
  }
}

function lost(): never {
  throw new Error('lost')
}

/** A run of lanes; the activities in `down` fail until `mend` is called. */
function started(lanes: readonly Errand[], ...down: readonly string[]) {
  let mended = false
  const script: LaneScript = Object.fromEntries(down.map((when) => [when, () => (mended ? `mended ${when}` : lost())]))
  const run = recordedRun(errand, lanes, laneActivities(script))
  return {
    ...run,
    mend: () => {
      mended = true
    },
    operate: (operation: Operation) => run.runtime.message(() => run.batch.operate(operation)),
  }
}

describe('a verb', () => {
  const lane = (more: Partial<Lane>): Lane => ({ ...newLane('a', {}, 1, 0), ...more })
  const parkedAt = (phase: 'action' | 'compensation', at: string, more: Partial<Lane> = {}) =>
    lane({ status: 'parked', parked: { phase, step: at, code: givenCode('X'), message: '' }, ...more })
  const parkedFor = (phase: 'action' | 'compensation') =>
    lane({ status: 'parked', parked: { phase, step: 'one', code: givenCode('X'), message: '', child: 'c' } })
  const states = (): Readonly<Record<string, Lane>> => ({
    ended: lane({ status: 'ended', outcome: 'refused' }),
    running: lane({}),
    waiting: lane({ status: 'waiting' }),
    'past its pivot': lane({ pastPivot: true }),
    compensating: lane({ status: 'compensating' }),
    'compensating past a stuck undo': parkedAt('compensation', 'one', { status: 'compensating' }),
    'parked before the pivot': parkedAt('action', 'one'),
    'parked at an element': parkedAt('action', 'each[x]'),
    'parked at the pivot': parkedAt('action', 'go'),
    'parked at a retriable step': parkedAt('action', 'tell', { pastPivot: true }),
    'parked at an undo': parkedAt('compensation', 'one'),
    'parked for its child': parkedFor('action'),
    'parked for the undo of its child': parkedFor('compensation'),
    'parked without an owner': parkedAt('action', ownershipStep),
  })
  const run = { steps: errand.steps } as Run
  const verbs: readonly Verb[] = ['retry', 'skip', 'resolve', 'compensate', 'abandon', 'abort']
  const not = (why: string) => verbs.map((verb) => (verb === 'abort' ? undefined : why))
  const toChild = 'its child "c" is parked: send the verb to that run'
  const noOwner = 'its owner is unknown: retry or abandon'
  const standing = 'its pivot may have happened: retry calls it again, resolve records that it happened'
  const before = 'a step before the pivot cannot be skipped'

  it.each<[string, readonly (string | undefined)[]]>([
    ['ended', verbs.map(() => 'ended refused')],
    ['running', not('running, not parked')],
    ['waiting', not('waiting, not parked')],
    ['past its pivot', [...not('running, not parked').slice(0, 5), 'past its pivot']],
    ['compensating', [...not('compensating, not parked').slice(0, 5), 'compensating']],
    ['compensating past a stuck undo', [...not('compensating, not parked').slice(0, 5), 'compensating']],
    ['parked before the pivot', [undefined, before, undefined, undefined, undefined, 'parked']],
    ['parked at an element', [undefined, before, undefined, undefined, undefined, 'parked']],
    ['parked at the pivot', [undefined, before, undefined, standing, undefined, 'parked']],
    ['parked at a retriable step', [undefined, undefined, undefined, 'past its pivot', undefined, 'past its pivot']],
    ['parked at an undo', [undefined, undefined, undefined, 'compensating already', undefined, 'parked']],
    ['parked for its child', [...not(toChild).slice(0, 5), undefined]],
    ['parked for the undo of its child', [...not(toChild).slice(0, 5), 'parked']],
    ['parked without an owner', [undefined, noOwner, noOwner, noOwner, undefined, 'parked']],
  ])('is declined by the state of its lane: %s', (state, reasons) => {
    expect(verbs.map((verb) => whyNot(run, verb, states()[state] as Lane))).toEqual(reasons)
  })
})

describe('an operation', () => {
  it('that names a lane twice is carried out on it once', async () => {
    const run = started([{ id: 'a' }], 'action one')
    await run.until('a', 'parked')
    run.mend()

    expect(run.operate(said('retry', { lanes: ['a', 'a'] }))).toStrictEqual({ lanes: ['a'], declined: {} })
    expect((await run.report).completed).toBe(1)
    expect(run.asked().filter((one) => one === 'action one a')).toHaveLength(2)
  })

  it('whose id was that of another verb, other lanes or another result is refused, and changes nothing', async () => {
    const run = started([{ id: 'a' }, { id: 'b' }], 'action one')
    await run.until('b', 'parked')
    const first = said('resolve', { lanes: ['a'], result: 'by hand' })
    run.operate(first)
    const message = `the operationId "${first.operationId}" is that of another operation (resolve of a): give this one an id of its own`

    expect(run.batch.refusal({ ...first, lanes: ['a', 'a'], actor: 'bob' })).toBeUndefined()
    for (const other of [{ verb: 'abandon' as const }, { lanes: ['b'] }, { result: 'another' }])
      expect(run.batch.refusal({ ...first, ...other })).toEqual({ code: 'SAGA_OPERATION_REFUSED', message })
    run.operate(said('abandon', { lanes: ['b'] }))
    await run.report
  })

  it('is carried out on the named lanes that allow it, and declined for the others with the reason', async () => {
    const run = started([{ id: 'a' }, { id: 'b' }], 'action one a')
    await run.until('a', 'parked')
    await run.until('b', 'ended')
    run.mend()

    const operated = run.operate(said('retry', { lanes: ['a', 'b', 'x'] }))

    expect(operated).toStrictEqual({ lanes: ['a'], declined: { b: 'ended completed', x: 'not a lane of this run' } })
    expect((await run.report).completed).toBe(2)
  })

  it('on lanes the run does not have changes nothing', async () => {
    const run = started([{ id: 'a' }], 'action one')
    await run.until('a', 'parked')

    expect(run.operate(said('abort', { lanes: ['x'] }))).toStrictEqual({
      lanes: [],
      declined: { x: 'not a lane of this run' },
    })
    expect(run.batch.refusal(said('abort', { lanes: ['x'] }))?.message).toContain('not a lane of this run')
    run.operate(said('abandon'))
    await run.report
  })

  it('that names no lane is for all that allow it, and is declined for the parked ones that do not', async () => {
    const run = started([{ id: 'a' }, { id: 'b' }, { id: 'c' }], 'action one a', 'action tell b')
    await run.until('a', 'parked')
    await run.until('b', 'parked')
    await run.until('c', 'ended')

    expect(run.operate(said('skip'))).toEqual({
      lanes: ['b'],
      declined: { a: 'a step before the pivot cannot be skipped' },
    })
    run.operate(said('abandon'))
    expect((await run.report).except).toMatchObject([
      { key: 'a', outcome: 'abandoned' },
      { key: 'b', outcome: 'completed', partly: ['tell'] },
    ])
  })

  it('sent again under its id changes nothing and gets the same answer', async () => {
    const run = started([{ id: 'a' }], 'action one a')
    await run.until('a', 'parked')
    const again = said('retry')

    const first = run.operate(again)
    await run.runtime.atRest()
    await run.until('a', 'parked')
    const calls = run.calls.length
    expect(run.batch.refusal(again)).toBeUndefined()
    expect(run.operate(again)).toBe(first)

    await run.runtime.atRest()
    expect([run.lane('a')?.status, run.calls.length]).toEqual(['parked', calls])
    expect(run.batch.state().audit).toHaveLength(1)
    run.operate(said('abandon'))
    await run.report
  })

  it('is kept in the audit list with its time and its number of lanes', async () => {
    const run = started([{ id: 'a' }, { id: 'b' }], 'action one')
    await run.until('a', 'parked')
    await run.until('b', 'parked')
    await run.runtime.clock.sleep(70)
    const abandoned = said('abandon')
    run.operate(abandoned)
    await run.report

    expect(run.batch.state().audit).toEqual([{ ...abandoned, at: run.runtime.now(), count: 2 }])
    expect(run.runtime.now()).toBeGreaterThanOrEqual(70)
  })

  it('that no lane allows is refused with the reasons', async () => {
    const run = started([{ id: 'a' }], 'action one a')
    await run.until('a', 'parked')

    expect(run.batch.refusal(said('skip'))?.message).toBe(
      '"skip" can be carried out on none of the lanes: {"a":"a step before the pivot cannot be skipped"}',
    )
    expect(run.batch.refusal(said('skip'))?.code).toBe('SAGA_OPERATION_REFUSED')
    expect(run.batch.refusal(said('retry'))).toBeUndefined()
    run.operate(said('abandon'))
    await run.report
  })

  it('on all parked lanes is refused with SAGA_NOTHING_PARKED when none is', async () => {
    const gate = Promise.withResolvers<string>()
    const run = recordedRun(errand, [{ id: 'a' }], laneActivities({ 'action one': () => gate.promise }))

    expect(run.batch.refusal(said('retry'))?.code).toBe('SAGA_NOTHING_PARKED')
    expect(run.batch.refusal(said('abort'))).toBeUndefined()
    expect(run.batch.refusal(said('retry', { lanes: ['a'] }))?.code).toBe('SAGA_OPERATION_REFUSED')
    gate.resolve('one')
    await run.report
    expect(run.batch.refusal(said('abort'))?.code).toBe('SAGA_OPERATION_REFUSED')
  })
})

describe('the verb', () => {
  it('retry: each lane goes on where it stopped; done steps are not called again', async () => {
    const lanes = [{ id: 'a', items: ['x', 'y'] }, { id: 'b' }, { id: 'c' }]
    const run = started(lanes, 'action each', 'action one b', 'action tell c')
    await run.until('a', 'parked')
    await run.until('b', 'parked')
    await run.until('c', 'parked')
    expect(run.lane('a')?.parked).toMatchObject({ step: 'each[x]' })
    run.mend()
    const before = run.calls.length

    expect(run.operate(said('retry'))).toEqual({ lanes: ['a', 'b', 'c'], declined: {} })

    expect((await run.report).completed).toBe(3)
    const again = run
      .asked()
      .slice(before)
      .map((call) => call.replaceAll('\u001f', '.'))
    expect(again.filter((call) => / a/.test(call))).toEqual([
      'action each a.1.x',
      'action each a.1.y',
      'action two a',
      'action go a',
      'action tell a',
    ])
    expect(again.filter((call) => call.endsWith(' b'))).toHaveLength(4)
    expect(again.filter((call) => call.endsWith(' c'))).toEqual(['action tell c'])
    expect(run.lane('a')).not.toHaveProperty('parked')
  })

  it('retry: no step begins anew, and no checkpoint is made', async () => {
    let [known, checkpoints] = [false, 0]
    const adopting = saga<Errand>('adopting', { key })
      .activities<LaneActivities>()
      .adopted('hold', { compensate: 'undo' })
      .step('one', { ...step, onUnknown: 'park' })
      .build()
    const run: ReturnType<typeof recordedRun> = recordedRun(
      adopting,
      [{ id: 'a' }],
      laneActivities({ 'action one': () => known || lost() }),
      {
        host: {
          checkpoint: async () => {
            checkpoints += 1
            run.runtime.wake()
          },
        },
      },
    )
    await run.until('a', 'parked')
    known = true
    run.runtime.message(() => run.batch.operate(said('retry')))

    expect((await run.report).completed).toBe(1)
    expect(run.lane('a')?.parts.map((part) => part.step.name)).toEqual(['hold', 'one'])
    expect(checkpoints).toBe(0)
  })

  it('resolve: the step has the given result, and later steps get it', async () => {
    const run = started([{ id: 'a', items: ['x', 'y'] }], 'action one', 'action each a\u001f1\u001fy')
    await run.until('a', 'parked')
    run.operate(said('resolve', { result: 'by hand' }))
    await run.until('a', 'parked')
    expect(run.lane('a')?.parked).toMatchObject({ step: 'each[y]', message: 'lost' })
    run.operate(said('resolve', { result: 'y by hand' }))

    expect(await run.report).toMatchObject({ completed: 1, except: [] })
    const two = run.calls.find(({ summary }) => summary === 'two · a')
    expect(two?.args[0]).toMatchObject({ items: ['by hand', undefined, 'y by hand'] })
  })

  it("compensate: the lane rolls back, with actor and reason in the cause, and the step's own error beside it", async () => {
    const run = started([{ id: 'a' }], 'action two')
    await run.until('a', 'parked')
    run.operate(said('compensate'))

    expect((await run.report).except).toEqual([
      {
        key: 'a',
        outcome: 'cancelled',
        cause: {
          kind: 'aborted',
          code: 'SAGA_COMPENSATED',
          step: 'two',
          message: 'ann: enough',
          others: [{ kind: 'unknown', step: 'two', code: 'SAGA_UNKNOWN', message: 'lost' }],
        },
        compensations: { one: 'done', two: 'done' },
      },
    ])
  })

  it('abort: a running lane rolls back after its step, and is not started twice', async () => {
    const gate = Promise.withResolvers<string>()
    const run = recordedRun(errand, [{ id: 'a' }], laneActivities({ 'action one': () => gate.promise }))
    await run.runtime.atRest()
    expect(run.runtime.message(() => run.batch.operate(said('abort')))).toEqual({ lanes: ['a'], declined: {} })
    await run.runtime.atRest()
    expect([run.lane('a')?.status, run.asked()]).toEqual(['running', ['action one a']])
    gate.resolve('one')

    expect((await run.report).except).toMatchObject([
      { outcome: 'cancelled', cause: { kind: 'aborted', code: 'SAGA_ABORTED', message: 'ann: enough' } },
    ])
    expect(run.asked()).toEqual(['action one a', 'compensation two a', 'compensation one a'])
  })

  it.each([
    ['retry', 'done'],
    ['skip', 'skipped'],
    ['resolve', 'resolved'],
  ] as const)('%s a stuck undo: it is %s, and the others follow', async (verb, state) => {
    const run = started([{ id: 'a', items: ['x'] }], 'action two', 'compensation each')
    await run.until('a', 'parked')
    run.operate(said('compensate'))
    await run.until('a', 'parked')
    expect(run.lane('a')).toMatchObject({
      at: 'each',
      parked: { phase: 'compensation', step: 'each[x]', message: 'lost' },
    })
    run.mend()
    run.operate(said(verb))

    expect((await run.report).except[0]?.compensations).toEqual({ one: 'done', 'each[x]': state, two: 'done' })
    const undone = run.asked().filter((call) => call.startsWith('compensation each'))
    expect(undone).toHaveLength(verb === 'retry' ? 2 : 1)
  })

  it('retry of a lane whose owner is unknown: it begins from its start, adopted effects included', async () => {
    let known = false
    const owned = saga<Errand>('owned', { key })
      .activities<LaneActivities>()
      .adopted('hold', { compensate: 'undo' })
      .wait('word', { message: typed<string>() })
      .build()
    const definition = {
      ...owned,
      owner: { activity: 'ask', setWise: false, policy: { startToCloseMs: 100, retry: { attempts: 1 } } },
    }
    const run = recordedRun(
      definition,
      [{ id: 'a' }],
      laneActivities({ [`action ${ownershipStep}`]: () => known || lost() }),
    )
    await run.until('a', 'parked')
    expect(run.lane('a')).toMatchObject({
      parts: [],
      parked: { phase: 'action', step: ownershipStep, message: 'lost' },
    })
    known = true
    run.runtime.message(() => run.batch.operate(said('retry')))
    await run.until('a', 'waiting')

    expect(run.lane('a')?.parts.map(({ step: { name } }) => name)).toEqual(['hold', 'word'])
    run.runtime.message(() => run.batch.message({ wait: 'word', lanes: { a: { value: 'go' } } }))
    expect((await run.report).completed).toBe(1)
  })
})
