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
import { lost, no, plain, started, storedNo, undone, undoneBy, withStep } from '../../../test/engine/rolled-back.js'
import { stepFenced } from '../../activity/refuse.js'
import { saga } from '../../definition/saga.js'
import { typed } from '../../definition/typed.js'

describe('a lane that rolls back while a lost execution may have gone further', () => {
  const three = plain().step('one', step).step('two', step).step('three', step).build()

  it('fences the steps ahead of it: each is undone, from the last', async () => {
    expect(await undoneBy(three, { 'action one': lost })).toEqual(['three a', 'two a', 'one a'])
  })

  it.each([
    ['refused', no],
    ['refused for ever', storedNo],
  ] as const)('fences nothing where it was %s', async (_, answer) => {
    expect(await undoneBy(three, { 'action two': answer })).toEqual(['one a'])
  })

  it('fences the steps ahead where it was refused when an operator called a step again that may have happened', async () => {
    let tries = 0
    const run = started(withStep(three, 'two', { onUnknown: 'park' }), {
      'action two': () => (tries++ === 0 ? lost() : no()),
    })
    await run.until('a', 'parked')
    run.batch.operate({ verb: 'retry', actor: 'ann', reason: 'again', operationId: '1' })

    expect((await run.report).except).toMatchObject([{ outcome: 'refused', cause: { step: 'two' } }])
    expect(undone(run.asked())).toEqual(['three a', 'two a', 'one a'])
  })

  it('fences nothing where it was refused beside a step that is unknown', async () => {
    const group = plain().step('one', step).parallel({ left: step, right: step }).step('last', step).build()
    expect(await undoneBy(group, { 'action left': storedNo, 'action right': lost })).toEqual(['right a', 'one a'])
  })

  it('fences no step when its argument is invalid', async () => {
    const wrong = withStep(three, 'two', { arg: lost })
    expect(await undoneBy(wrong, {})).toEqual(['one a'])
  })

  it.each<[string, unknown, object]>([
    ['a pivot', plain().step('one', step).pivot('two', { invoke: 'act' }).build(), {}],
    ['a wait', plain().step('one', step).wait('two', { message: typed<string>() }).step('three', step).build(), {}],
    ['a step on another worker', three, { placement: { two: 'elsewhere' } }],
    [
      'a child',
      plain()
        .step('one', step)
        .child('two', saga<Errand>('child', { key }).activities<LaneActivities>().step('in', step).build() as never, {
          workflow: 'child',
          arg: ({ input }) => input,
        })
        .step('three', step)
        .build(),
      {},
    ],
  ])('fences no further than %s, which is not reached in the same task', async (_, definition, options) => {
    expect(await undoneBy(definition, { 'action one': lost }, undefined, options)).toEqual(['one a'])
  })

  it('fences past a step on another worker that it has reached itself', async () => {
    const placed = { placement: { two: 'elsewhere' } }
    expect(await undoneBy(three, { 'action two': lost }, undefined, placed)).toEqual(['three a', 'two a', 'one a'])
  })

  it('fences a whole group, except beside a sibling on another worker', async () => {
    const group = plain().step('one', step).parallel({ left: step, right: step }).build()
    expect(await undoneBy(group, { 'action one': lost })).toEqual(['right a', 'left a', 'one a'])
    const placed = { placement: { right: 'elsewhere' } }
    expect(await undoneBy(group, { 'action one': lost }, undefined, placed)).toEqual(['one a'])
  })

  it('fences no step without an undo or with a false condition, and fences one whose condition throws', async () => {
    const harmless = withStep(three, 'two', {})
    const steps = harmless.steps.map((one) => {
      const { compensate: _, ...rest } = one
      return one.name === 'two' ? rest : one
    })
    expect(await undoneBy({ ...harmless, steps }, { 'action one': lost })).toEqual(['three a', 'one a'])
    expect(await undoneBy(withStep(three, 'two', { when: () => false }), { 'action one': lost })).toEqual([
      'three a',
      'one a',
    ])
    expect(await undoneBy(withStep(three, 'two', { when: lost }), { 'action one': lost })).toEqual([
      'three a',
      'two a',
      'one a',
    ])
  })

  it('fences no step that it has skipped, with any later value of its condition', async () => {
    const when = ({ results }: { readonly results: Readonly<Record<string, unknown>> }) => 'two' in results
    expect(await undoneBy(withStep(three, 'one', { when }), { 'action three': lost })).toEqual(['three a', 'two a'])
  })

  it('fences each element of a list that was not called, and none when the list throws', async () => {
    const listed = withStep(three, 'two', { elements: { items: () => ['x', 'y', 'z'], key: String } })
    expect(await undoneBy(listed, { 'action one': lost })).toEqual([
      'three a',
      'two a.1.z',
      'two a.1.y',
      'two a.1.x',
      'one a',
    ])
    expect(await undoneBy(listed, { 'action two a\u001f1\u001fy': lost })).toEqual([
      'three a',
      'two a.1.z',
      'two a.1.y',
      'two a.1.x',
      'one a',
    ])
    const untold = withStep(three, 'two', { elements: { items: lost, key: String } })
    expect(await undoneBy(untold, { 'action one': lost })).toEqual(['three a', 'one a'])
  })

  it('calls the undo of a step ahead without an argument when that needs missing results', async () => {
    const needing = withStep(three, 'three', {
      arg: ({ results }) => {
        if (results.two === undefined) throw new Error('no result of two')
        return { id: 'shaped' }
      },
    })
    const run = started(needing, { 'action one': lost })
    const { except } = await run.report

    expect(run.calls.find(({ summary }) => summary.startsWith('three'))?.args[0]).toBeUndefined()
    expect(except[0]?.compensations).toEqual({ one: 'done', two: 'done', three: 'done' })
  })

  it('calls the undo of an element ahead without an argument as well', async () => {
    const arg = ({ results }: { readonly results: Readonly<Record<string, unknown>> }) => {
      if (results.two === undefined) throw new Error('no result of two')
      return {}
    }
    const listed = withStep(three, 'three', { elements: { items: () => ['x'], key: String }, arg })
    const { except } = await started(listed, { 'action one': lost }).report

    expect(except[0]?.compensations).toEqual({ one: 'done', two: 'done', 'three[x]': 'done' })
  })

  it('rolls back in a workflow task of its own first, unless every execution meets the same cause', async () => {
    const two = [{ id: 'a' }, { id: 'b' }]
    const checkpoints = async (
      script: LaneScript,
      definition: unknown = three,
      cancel = false,
      lanes = [{ id: 'a' }],
    ) => {
      let count = 0
      const run: ReturnType<typeof recordedRun> = recordedRun(definition, lanes, laneActivities(script), {
        host: {
          checkpoint: async () => {
            count += 1
            run.runtime.wake()
          },
          ...(cancel && { cancelRequested: () => true }),
        },
      })
      await run.report
      return count
    }
    const group = plain().parallel({ left: step, right: step }).build()

    expect(await checkpoints({ 'action two': lost })).toBe(1)
    expect(await checkpoints({ 'action two a': lost, 'action two b': storedNo }, three, false, two)).toBe(1)
    const pivoted = plain().step('two', step).pivot('go', { invoke: 'act' }).build()
    expect(await checkpoints({ 'action two': storedNo }, pivoted)).toBe(0)
    expect(await checkpoints({ 'action two': no })).toBe(1)
    expect(
      await checkpoints({
        'action two': () => {
          throw stepFenced('x')
        },
      }),
    ).toBe(1)
    expect(await checkpoints({ 'action two': storedNo })).toBe(0)
    expect(await checkpoints({}, withStep(three, 'two', { arg: lost }))).toBe(0)
    expect(await checkpoints({}, three, true)).toBe(0)
    expect(await checkpoints({}, { ...three, deadline: () => 0 })).toBe(0)
    expect(await checkpoints({ 'action left': storedNo, 'action right': storedNo }, group)).toBe(0)
    expect(await checkpoints({ 'action left': storedNo, 'action right': no }, group)).toBe(1)
    expect(await checkpoints({ 'action left': storedNo, 'action right': lost }, group)).toBe(1)
    expect(await checkpoints({ 'action left': lost, 'action right': storedNo }, group)).toBe(1)
  })
})

describe('a pivot', () => {
  const pivoted = plain()
    .step('one', step)
    .pivot('go', { invoke: 'act', ...once })
    .retriable('tell', { invoke: 'act' })
    .build()

  it('starts once all earlier answers are durable, and a cancel that arrives before rolls the lane back', async () => {
    const after = async (checkpoint: number) => {
      let count = 0
      const run: ReturnType<typeof recordedRun> = recordedRun(pivoted, [{ id: 'a' }], laneActivities({}), {
        host: {
          checkpoint: async () => {
            if (++count === checkpoint) run.runtime.cancel()
            run.runtime.wake()
          },
        },
      })
      const { except } = await run.report
      return { outcome: except[0]?.outcome ?? 'completed', count, asked: run.asked() }
    }

    expect(await after(1)).toMatchObject({
      outcome: 'cancelled',
      count: 1,
      asked: ['action one a', 'compensation one a'],
    })
    expect(await after(2)).toMatchObject({
      outcome: 'completed',
      count: 2,
      asked: ['action one a', 'action go a', 'action tell a'],
    })
    expect(await after(9)).toMatchObject({ outcome: 'completed', count: 2 })
  })

  it('whose answer is unknown keeps its lane from every cancel, abort and deadline', async () => {
    let known = false
    const run = started({ ...pivoted, deadline: () => 5_000 } as unknown, {
      'action go': () => (known ? 'gone' : lost()),
    })
    await run.until('a', 'parked')
    run.runtime.cancel()
    await run.runtime.clock.sleep(6_000)
    known = true
    run.runtime.message(() => run.batch.operate({ verb: 'retry', actor: 'ann', reason: 'again', operationId: '1' }))

    expect((await run.report).completed).toBe(1)
  })

  it('is not rolled back by a cancel once it is done, nor is a step after it', async () => {
    const run: ReturnType<typeof started> = started(pivoted, { 'action go': () => run.runtime.cancel() })

    expect((await run.report).completed).toBe(1)
  })

  it('that waits is rolled back by a cancel while it is pending', async () => {
    const waiting = plain().step('one', step).waitingPivot('go', { message: typed<string>() }).build()
    const run = started(waiting)
    await run.until('a', 'waiting')
    run.runtime.cancel()

    expect((await run.report).except[0]?.outcome).toBe('cancelled')
  })
})

describe('a cancel', () => {
  it('after the last step of a saga without a pivot rolls the lane back', async () => {
    const run: ReturnType<typeof started> = started(plain().step('one', step).build(), {
      'action one': () => run.runtime.cancel(),
    })

    expect((await run.report).except).toMatchObject([{ outcome: 'cancelled', compensations: { one: 'done' } }])
  })

  it('that comes after an abort leaves the cause of the abort, with actor and reason', async () => {
    const run: ReturnType<typeof started> = started(plain().step('one', step).build(), {
      'action one': () => {
        run.batch.operate({ verb: 'abort', actor: 'ann', reason: 'enough', operationId: '1' })
        run.runtime.cancel()
      },
    })

    expect((await run.report).except[0]?.cause).toEqual({
      kind: 'aborted',
      code: 'SAGA_ABORTED',
      message: 'ann: enough',
    })
  })
})
