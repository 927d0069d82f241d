import { describe, expect, it } from 'vitest'
import {
  before,
  type Errand,
  key,
  type LaneActivities,
  type LibraryChange,
  laneActivities,
  once,
  recordedRun,
  step,
} from '../../test/engine/recorded-run.js'
import { refuse } from '../activity/refuse.js'
import { saga } from '../definition/saga.js'
import { typed } from '../definition/typed.js'
import { type CarriedRun, isCarried } from './carry.js'
import type { Operation, Verb } from './outside/operation.js'

const errand = saga<Errand>('errand', {
  key,
  version: 2,
  deadline: ({ items }, startedAt) => startedAt + (items ? 60_000 : Number.POSITIVE_INFINITY),
})
  .activities<LaneActivities>()
  .forEach('each', {
    ...step,
    onUnknown: 'park',
    items: ({ input }) => input.items ?? [],
    key: (item: string) => item,
    arg: ({ item }) => ({ id: item }),
  })
  .step('noted', { invoke: 'act', ...once, optional: true })
  .wait('word', { message: typed<string>() })
  .step('two', { ...step, arg: ({ input, results }) => ({ ...input, items: [...results.each, results.word] }) })
  .build()

function lost(): never {
  throw new Error('lost')
}

function said(verb: Verb, operationId: string, lanes?: readonly string[]): Operation {
  return {
    verb,
    actor: 'ann',
    reason: 'enough',
    operationId,
    ...(lanes && { lanes }),
  }
}

type Run = ReturnType<typeof recordedRun>

/** A run whose host has it continue as new, and the run that it continues as. */
function started(inputs: readonly Errand[] | CarriedRun, script = {}, more = {}) {
  let long = false
  const run = recordedRun(errand, inputs, laneActivities(script), { host: { shouldContinue: () => long }, ...more })
  return {
    ...run,
    say: (lanes: { readonly [key: string]: { readonly value: string } | { readonly refuse: string } }) =>
      run.runtime.message(() => run.batch.message({ wait: 'word', lanes })),
    operate: (operation: Operation) => run.runtime.message(() => run.batch.operate(operation)),
    async carried() {
      long = true
      run.runtime.wake()
      return (await run.ended) as CarriedRun
    },
    grow: () => {
      long = true
      run.runtime.wake()
    },
  }
}

const lanes = [{ id: 'a', items: ['x', 'y'] }, { id: 'b' }, { id: 'c', items: ['z'] }, { id: 'd' }, { id: 'e' }]
const script = {
  'action each': ({ lane }: { readonly lane: string }) => `of ${lane.at(-1)}`,
  'action each c\u001f7\u001fz': lost,
  'action noted': () => {
    throw refuse('NO_MATTER')
  },
}

/** A waits, c is parked at an element, b and d have ended. */
async function grown() {
  const run = started(lanes, script, { attempt: 7, placement: { two: 'elsewhere' } })
  await run.until('a', 'waiting')
  await run.until('c', 'parked')
  run.say({ b: { value: 'go' }, d: { refuse: 'NOT_YOU' }, e: { value: 'go' } })
  for (const id of ['b', 'd', 'e']) await run.until(id, 'ended')
  run.operate(said('retry', 'before', ['c']))
  await run.until('c', 'parked')
  return run
}

describe('a run whose cancellation was requested', () => {
  it('continues as new with it, when the cancel comes with what continues it', async () => {
    const run = started([{ id: 'a' }, { id: 'b' }])
    await run.until('b', 'waiting')
    run.runtime.cancel()
    const next = started(await run.carried())

    expect(next.batch.state().cancelRequested).toBe(true)
    expect(await next.ended).toMatchObject({
      except: ['a', 'b'].map((key) => ({ key, outcome: 'cancelled', cause: { kind: 'cancelled' } })),
    })
  })

  it('keeps that in mind for a lane that is parked', async () => {
    const run = started([{ id: 'a', items: ['x'] }], { 'action each': lost })
    await run.until('a', 'parked')
    run.runtime.cancel()
    const next = started(await run.carried())

    expect(await next.ended).toMatchObject({ except: [{ key: 'a', outcome: 'cancelled' }] })
  })
})

describe('a run that was cancelled, and that a version began which carried no cancel,', () => {
  async function cancelled(isCancelled: boolean, ...changes: LibraryChange[]) {
    let isLong = false
    const host = { ...before(...changes), shouldContinue: () => isLong }
    const run = started([{ id: 'a', items: ['x'] }], { 'action each': lost }, { host })
    await run.until('a', 'parked')
    if (isCancelled) run.runtime.cancel()
    isLong = true
    run.runtime.wake()
    await run.runtime.clock.sleep(1_000)
    const ended = await Promise.race([run.ended, undefined])
    return isCarried(ended)
  }

  it('goes on, so that the cancel is not lost', async () => {
    expect(await cancelled(true, 'carry')).toBe(false)
  })

  it('continues as new without a cancel', async () => {
    expect(await cancelled(false, 'carry')).toBe(true)
  })

  it('continues as new where cancels did not reach it', async () => {
    expect(await cancelled(true, 'carry', 'call-off')).toBe(true)
  })
})

describe('a run that continues as new', () => {
  it('carries, as JSON, its open lanes and the ends of the others', async () => {
    const run = await grown()
    const carried = await run.carried()
    const { open, except, ...rest } = carried['saga-core/carried']

    expect(JSON.parse(JSON.stringify(carried))).toEqual(carried)
    expect(rest).toMatchObject({
      version: 2,
      startedAt: 0,
      attempt: 7,
      placement: { two: 'elsewhere' },
      lanes: 5,
      completed: 2,
    })
    expect(except.map(({ key, outcome, partly }) => ({ key, outcome, partly }))).toEqual([
      { key: 'b', outcome: 'completed', partly: ['noted'] },
      { key: 'd', outcome: 'refused', partly: ['noted'] },
      { key: 'e', outcome: 'completed', partly: ['noted'] },
    ])
    expect(open.map(({ key, status, at, deadline }) => ({ key, status, at, deadline }))).toEqual([
      { key: 'a', status: 'waiting', at: 'word', deadline: 60_000 },
      { key: 'c', status: 'parked', at: 'each', deadline: 60_000 },
    ])
    expect(open[0]?.parts).toMatchObject([
      { step: 'each', element: 'x', item: 'x', value: 'of x' },
      { step: 'each', element: 'y', item: 'y', value: 'of y' },
      { step: 'noted', action: 'refused' },
      { step: 'word', action: 'asked' },
    ])
    expect(open[0]).not.toHaveProperty('wakesAt')
    for (const lane of open) expect(lane).not.toHaveProperty('retries')
  })

  it('goes on at the same place: waiting lanes wait, parked ones stay parked, and the report has all', async () => {
    const run = await grown()
    const next = started(await run.carried(), {})
    await next.until('a', 'waiting')
    expect(next.batch.state()).toMatchObject({ lanes: 5, counts: { waiting: 1, parked: 1, completed: 2, refused: 1 } })
    expect(next.calls).toEqual([])
    next.say({ a: { value: 'go' } })
    await next.until('a', 'ended')
    next.operate(said('abandon', 'after'))
    const report = await next.report

    expect(next.calls.map(({ args, taskQueue }) => [args[0], taskQueue])).toEqual([
      [{ id: 'a', items: ['of x', 'of y', 'go'] }, 'elsewhere'],
    ])
    expect(report).toMatchObject({ saga: 'errand', version: 2, lanes: 5, completed: 3 })
    expect(report.except.map(({ key, outcome }) => `${key} ${outcome}`)).toEqual([
      'b completed',
      'd refused',
      'e completed',
      'a completed',
      'c abandoned',
    ])
  })

  it('still has the end of a lane that had ended, and the number of unused messages', async () => {
    const run = await grown()
    run.say({ d: { value: 'late' } })
    const next = started(await run.carried(), {})
    await next.until('a', 'waiting')

    expect(next.batch.laneState('d')).toMatchObject({
      key: 'd',
      status: 'ended',
      outcome: 'refused',
      cause: { code: 'NOT_YOU' },
      partly: ['noted'],
    })
    expect(next.batch.laneState('a')).toMatchObject({ key: 'a', status: 'waiting', at: 'word' })
    expect(next.batch.laneState('nobody')).toBeUndefined()
    expect(run.batch.laneState('nobody')).toBeUndefined()
    expect(next.batch.state().unusedMessages).toBe(1)
    next.say({ a: { value: 'go' } })
    next.operate(said('abandon', 'after'))
    await next.report
  })

  it('does not while it is larger than an input may be', async () => {
    let [isLong, asked] = [false, 0]
    const definition = saga<Errand>('large', { key })
      .activities<LaneActivities>()
      .step('one', step)
      .wait('word', { message: typed<string>() })
      .build()
    const run: Run = recordedRun(
      definition,
      [{ id: 'a' }],
      laneActivities({ 'action one': () => 'x'.repeat(1_600_000) }),
      {
        host: {
          shouldContinue: () => {
            asked += 1
            return isLong
          },
        },
      },
    )
    await run.until('a', 'waiting')
    isLong = true
    const before = asked
    run.runtime.wake()
    run.runtime.message(() => run.batch.message({ wait: 'word', lanes: { a: { value: 'go' } } }))

    expect((await run.report).completed).toBe(1)
    expect(asked).toBeGreaterThan(before)
  })

  it('undoes in the new run the steps of the former one, with their results', async () => {
    const run = await grown()
    const next = started(await run.carried(), {})
    await next.until('a', 'waiting')
    next.say({ a: { refuse: 'NOT_YOU' } })
    await next.until('a', 'ended')
    next.operate(said('abandon', 'after'))
    await next.report

    const about = next.calls.map(({ args }) => args[1] as { readonly lane: string; readonly result: unknown })
    expect(about.map(({ lane, result }) => [lane.replaceAll('\u001f', '.'), result])).toEqual([
      ['a.7.y', 'of y'],
      ['a.7.x', 'of x'],
    ])
    expect(next.lane('a')?.parts.map((part) => part.step.name)).toEqual(['each', 'each', 'noted', 'word'])
  })

  it.each([
    ['compensating', ['b parked']],
    ['running', ['a running', 'b running']],
  ])('does not while a lane is %s, though no call is open', async (status, open) => {
    const seen: (string | undefined)[] = []
    const definition = saga<Errand>('pivoted', { key })
      .activities<LaneActivities>()
      .step('one', step)
      .pivot('go', { invoke: 'act', ...once })
      .build()
    let long = false
    const run: Run = recordedRun(
      definition,
      [{ id: 'a' }, { id: 'b' }],
      laneActivities({
        'action one a': () => {
          if (status === 'compensating') throw refuse('NO')
        },
        'action go b': lost,
      }),
      {
        host: {
          shouldContinue: () => long,
          checkpoint: async () => {
            long ||= run.lane('b')?.status === 'parked' || status === 'running'
            const release = run.runtime.clock.hold()
            run.runtime.wake()
            await run.runtime.atRest()
            await run.runtime.atRest()
            seen.push(run.lane('a')?.status)
            release()
            run.runtime.wake()
          },
        },
      },
    )
    void run.until('b', 'parked').then(() => {
      long = true
      run.runtime.wake()
    })
    const carried = (await run.ended) as CarriedRun

    expect(seen).toContain(status)
    expect(carried['saga-core/carried'].open.map((lane) => `${lane.key} ${lane.status}`)).toEqual(open)
  })

  it('does not before the checkpoint of a lane that rolls back, and unwinds it in the new run', async () => {
    let [long, status] = [false, '']
    const run: Run = recordedRun(
      errand,
      [{ id: 'a' }, { id: 'b' }],
      laneActivities({
        'action two a': () => {
          throw refuse('NO')
        },
      }),
      {
        host: {
          shouldContinue: () => long,
          checkpoint: async () => {
            long = true
            run.runtime.wake()
            await run.runtime.atRest()
            status = run.lane('a')?.status ?? ''
            run.runtime.wake()
          },
        },
      },
    )
    await run.until('a', 'waiting')
    run.runtime.message(() => run.batch.message({ wait: 'word', lanes: { a: { value: 'go' } } }))
    const carried = (await run.ended) as CarriedRun

    expect(status).toBe('compensating')
    const { open } = carried['saga-core/carried']
    expect(open.map((lane) => `${lane.key} ${lane.status}`)).toEqual(['a compensating', 'b waiting'])
    const next = started(carried)
    await next.until('a', 'ended')
    expect(next.lane('a')).toMatchObject({ outcome: 'refused', cause: { step: 'two', code: 'NO' } })
    next.say({ b: { value: 'go' } })
    await next.report
  })

  it('does not name what is as in most lanes: a step that is done and can be undone, and its result', async () => {
    const run = started([{ id: 'a' }])
    await run.until('a', 'waiting')
    const before = run.lane('a')
    const carried = await run.carried()
    const [lane] = carried['saga-core/carried'].open
    const next = started(JSON.parse(JSON.stringify(carried)))

    expect(lane?.parts.slice(0, -1)).toEqual(['noted'])
    expect(Object.keys(lane ?? {}).toSorted()).toEqual(['at', 'input', 'key', 'parts', 'results', 'status'])
    expect({ ...next.lane('a'), wakesAt: 0 }).toEqual({ ...before, wakesAt: 0, parts: expect.anything() })
    next.say({ a: { value: 'go' } })
    await next.report
  })

  it('keeps the audit list, and gives a repeated operation its former answer', async () => {
    const run = await grown()
    const before = run.operate(said('retry', 'before'))
    const next = started(await run.carried(), {})

    expect(next.operate(said('abandon', 'before'))).toEqual(before)
    expect(next.batch.state().audit).toMatchObject([{ verb: 'retry', operationId: 'before', count: 1 }])
    next.operate(said('abandon', 'after'))
    next.say({ a: { value: 'go' } })
    await next.report
    expect(next.batch.state().audit.map(({ operationId }) => operationId)).toEqual(['before', 'after'])
    expect(run.batch.state().audit).toHaveLength(1)
  })

  it('keeps its deadlines, and the absence of one', async () => {
    const run = started([{ id: 'a', items: [] }, { id: 'b' }])
    await run.until('b', 'waiting')
    const carried = await run.carried()
    expect(carried['saga-core/carried'].open.map(({ deadline }) => deadline)).toEqual([60_000, undefined])
    const next = started(carried)
    await next.until('a', 'ended')
    expect(next.lane('a')).toMatchObject({ outcome: 'expired' })
    expect([next.lane('b')?.status, next.timers]).toEqual(['waiting', [60_000]])
    next.say({ b: { value: 'go' } })

    expect((await next.report).completed).toBe(1)
  })

  it('may do so more than once', async () => {
    const first = await grown()
    const second = started(await first.carried())
    second.say({ a: { value: 'go' } })
    await second.until('a', 'ended')
    const third = started(await second.carried())
    third.operate(said('abandon', 'after'))

    expect(await third.report).toMatchObject({ lanes: 5, completed: 3 })
    expect((await third.report).except).toHaveLength(5)
  })

  it('waits until no call is under way', async () => {
    const seen: string[] = []
    const run: ReturnType<typeof started> = started([{ id: 'a' }, { id: 'b' }], {
      'action two a': async () => {
        run.grow()
        const release = run.runtime.clock.hold()
        await run.runtime.atRest()
        seen.push(run.lane('a')?.status ?? '')
        release()
      },
    })
    await run.until('b', 'waiting')
    run.say({ a: { value: 'go' } })
    const carried = (await run.ended) as CarriedRun

    expect(seen).toEqual(['running'])
    expect(carried['saga-core/carried']).toMatchObject({ completed: 1, open: [{ key: 'b' }] })
  })

  it('does not when every lane has ended, but reports', async () => {
    const run: ReturnType<typeof started> = started([{ id: 'a' }], { 'action two': () => run.grow() })
    await run.until('a', 'waiting')
    run.say({ a: { value: 'go' } })

    expect(isCarried(await run.ended)).toBe(false)
  })

  it('does not during the call of a decide, though its lane waits', async () => {
    const deciding = saga<Errand>('deciding', { key })
      .activities<LaneActivities>()
      .waitingPivot('paid', { message: typed<string>(), decide: 'ask', decision: once })
      .build()
    const asked: boolean[] = []
    let long = false
    const run: Run = recordedRun(
      deciding,
      [{ id: 'a' }],
      laneActivities({
        'decide paid': async () => {
          long = true
          const release = run.runtime.clock.hold()
          run.runtime.wake()
          await run.runtime.atRest()
          asked.push(run.lane('a')?.status === 'waiting')
          release()
        },
      }),
      { host: { shouldContinue: () => long } },
    )
    await run.until('a', 'waiting')
    run.runtime.message(() => run.batch.message({ wait: 'paid', lanes: { a: { value: 'hint' } } }))

    expect(await run.ended).toMatchObject({ completed: 1 })
    expect(asked).toEqual([true])
  })
})

describe('a carried run', () => {
  it.each([undefined, null, 'saga-core/carried', 7, {}, { lanes: [] }, []])(
    'is distinguished from an input: %j',
    (input) => {
      expect(isCarried(input)).toBe(false)
    },
  )
})
