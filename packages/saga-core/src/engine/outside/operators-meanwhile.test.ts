import { describe, expect, it } from 'vitest'
import { type Errand, key, type LaneActivities, once, step } from '../../../test/engine/recorded-run.js'
import { runWithChildren } from '../../../test/engine/run-with-children.js'
import { refusal, refuse } from '../../activity/refuse.js'
import { saga } from '../../definition/saga.js'

function plain(options = {}) {
  return saga<Errand>('errand', { key, ...options }).activities<LaneActivities>()
}

function no(): never {
  throw refuse('NO')
}

function storedNo(): never {
  throw refusal({ code: 'NO', definite: true, stored: true })
}

function lost(): never {
  throw new Error('lost')
}

describe('an operation on a lane of which another compensation is under way', () => {
  const atOnce = plain({ compensation: 'parallel' })
    .adopted('hold', { compensate: 'undo', compensation: once })
    .step('one', step)
    .step('two', step)
    .step('three', step)
    .build()

  /** The undo of `two` is stuck, that of `one` has not answered. */
  async function halfUndone() {
    const gate = Promise.withResolvers<string>()
    let isDown = true
    const run: ReturnType<typeof runWithChildren> = runWithChildren(atOnce, [{ id: 'a' }], {
      // Undone without a checkpoint, whose time would stand still as well.
      'action three': storedNo,
      'compensation one': () => {
        const release = run.runtime.clock.hold()
        return gate.promise.finally(release)
      },
      'compensation two': () => (isDown ? lost() : 'undone'),
    })
    await run.until('a', 'parked')
    const mend = () => {
      isDown = false
    }
    return { ...run, mend, answer: () => gate.resolve('undone') }
  }
  const undone = (run: Awaited<ReturnType<typeof halfUndone>>) =>
    run.asked().flatMap((call) => (call.startsWith('compensation') ? [call.slice(13)] : []))

  it('repeats no call under way, and the lane ends when both are done', async () => {
    const run = await halfUndone()
    run.mend()
    run.operate('retry')
    await run.runtime.atRest()
    expect(run.lane('a')?.status).toBe('compensating')
    run.answer()

    expect((await run.report).except[0]?.compensations).toMatchObject({ hold: 'done', one: 'done', two: 'done' })
    expect(undone(run)).toEqual(['two a', 'one a', 'two a', 'hold a'])
  })

  it('has the adopted effect wait for both', async () => {
    const run = await halfUndone()
    run.operate('skip')
    await run.runtime.atRest()
    expect(undone(run)).toEqual(['two a', 'one a'])
    expect(run.lane('a')?.status).toBe('compensating')
    run.answer()

    await run.report
    expect(undone(run)).toEqual(['two a', 'one a', 'hold a'])
  })

  it('that abandons it ends it for good', async () => {
    const run = await halfUndone()
    run.operate('abandon')
    expect(run.lane('a')?.status).toBe('ended')
    run.answer()

    expect((await run.report).except).toMatchObject([
      { outcome: 'abandoned', compensations: { hold: 'owed', two: 'stuck' } },
    ])
    await run.runtime.atRest()
    expect(run.lane('a')).toMatchObject({ status: 'ended', outcome: 'abandoned' })
  })
})

describe('an operator', () => {
  it.each([
    ['skip', { arg: lost }],
    ['resolve', { arg: lost }],
    ['skip', { when: lost }],
    ['resolve', { when: lost }],
  ] as const)(
    '%s a step that could not even be asked for, %o: it is done, and later steps see it',
    async (verb, wrong) => {
      const telling = plain()
        .pivot('go', { invoke: 'act', ...once })
        .retriable('tell', { invoke: 'act', ...once, ...wrong })
        .retriable('file', {
          invoke: 'act',
          ...once,
          arg: ({ input, results }) => ({ ...input, items: [`${results.tell}`] }),
        })
        .build()
      const run = runWithChildren(telling, [{ id: 'a' }])
      await run.until('a', 'parked')
      expect(run.lane('a')?.parked).toMatchObject({ step: 'tell', code: 'SAGA_ARGUMENT', message: 'lost' })
      expect(run.operate(verb, verb === 'resolve' ? { result: 'by hand' } : {}).lanes).toEqual(['a'])

      const partly = { key: 'a', outcome: 'completed', partly: ['tell'] }
      expect(await run.report).toMatchObject({ completed: 1, except: verb === 'skip' ? [partly] : [] })
      expect(run.asked()).toEqual(['action go a', 'action file a'])
      expect(run.calls.at(-1)?.args[0]).toEqual({ id: 'a', items: [verb === 'resolve' ? 'by hand' : 'undefined'] })
    },
  )

  it('resolves one element of a list; the others are called again', async () => {
    let isDown = true
    const listed = plain()
      .forEach('each', {
        ...step,
        onUnknown: 'park',
        items: ({ input }) => input.items ?? [],
        key: (item: string) => item,
        arg: ({ item }) => ({ id: item }),
      })
      .step('two', { ...step, arg: ({ input, results }) => ({ ...input, items: results.each }) })
      .build()
    const run = runWithChildren(listed, [{ id: 'a', items: ['x', 'y'] }], {
      'action each': () => (isDown ? lost() : 'asked again'),
    })
    await run.until('a', 'parked')
    isDown = false
    run.operate('resolve', { result: 'by hand' })

    expect((await run.report).completed).toBe(1)
    expect(run.calls.at(-1)?.args[0]).toEqual({ id: 'a', items: ['by hand', 'asked again'] })
  })

  it('retries a step; the caller of an early return gets its result', async () => {
    const gate = Promise.withResolvers<string>()
    let isDown = true
    const run = runWithChildren(
      plain()
        .step('one', { ...step, onUnknown: 'park' })
        .build(),
      [{ id: 'a' }],
      {
        'action one': () => (isDown ? lost() : gate.promise),
      },
    )
    await run.until('a', 'parked')
    isDown = false
    run.operate('retry')
    const answer = run.batch.early.answer({ lane: 'a', step: 'one' }, () => false)
    await run.runtime.atRest()
    gate.resolve('of one')

    expect(await answer).toEqual({ status: 'done', result: 'of one' })
    await run.report
  })

  it('retries the stuck undo of an adopted effect', async () => {
    let isDown = true
    const adopting = plain().adopted('hold', { compensate: 'undo', compensation: once }).step('one', step).build()
    const run = runWithChildren(adopting, [{ id: 'a' }], {
      'action one': no,
      'compensation hold': () => (isDown ? lost() : 'undone'),
    })
    await run.until('a', 'parked')
    isDown = false
    run.operate('retry')

    expect((await run.report).except[0]?.compensations).toEqual({ hold: 'done', one: 'notNeeded' })
  })

  it('retries a lane whose deadline holds again from then on', async () => {
    let isDown = true
    const inner = saga<Errand>('inner', { key }).activities<LaneActivities>().step('inner', step).build()
    const deadlines: Record<string, number> = { a: 5_000, b: 1_000 }
    const dated = plain({ deadline: ({ id }: Errand) => deadlines[id] })
      .step('one', { ...step, onUnknown: 'park' })
      .child('child', inner, { workflow: 'inner', arg: ({ input }) => input })
      .build()
    const run = runWithChildren(dated, [{ id: 'a' }, { id: 'b' }], {
      'action one a': () => (isDown ? lost() : 'one'),
    })
    await run.until('a', 'parked')
    await run.end('child/b', { status: 'refused', code: 'SAGA_CHILD_CANCELLED' })
    await run.until('b', 'ended')
    await run.runtime.clock.sleep(1_100)
    isDown = false
    run.operate('retry')
    await run.runtime.until(() => run.cancelled().includes('child/a'))
    expect(run.runtime.now()).toBe(5_000)
    await run.end('child/a', { status: 'refused', code: 'SAGA_CHILD_CANCELLED' })

    expect((await run.report).except).toMatchObject([{ key: 'a', outcome: 'expired' }, { key: 'b' }])
  })
})
