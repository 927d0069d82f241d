import { describe, expect, it } from 'vitest'
import { type Errand, key, type LaneActivities, once, step } from '../../../test/engine/recorded-run.js'
import { completed, down, runWithChildren, undone } from '../../../test/engine/run-with-children.js'
import { refuse } from '../../activity/refuse.js'
import type { SagaDefinition } from '../../definition/definition.js'
import { saga } from '../../definition/saga.js'
import { givenCode } from '../../saga-error.js'

const inner = saga<Errand>('inner', { key }).activities<LaneActivities>().step('inner', step).build()
const own = { workflow: 'inner', arg: ({ input }: { readonly input: Errand }) => input }

function errand(options = {}, more = {}) {
  return saga<Errand>('errand', { key, ...options })
    .activities<LaneActivities>()
    .adopted('hold', { compensate: 'undo', compensation: once })
    .step('one', step)
    .child('child', inner, { ...own, ...more })
    .step('three', step)
    .build() as unknown as SagaDefinition
}

const two: readonly Errand[] = [{ id: 'a' }, { id: 'b' }]

function no(): never {
  throw refuse('NO')
}

function lost(): never {
  throw new Error('lost')
}

type Run = ReturnType<typeof runWithChildren>

/** The undone steps, in order. */
function undoneBy(run: Run) {
  return run.asked().flatMap((call) => (call.startsWith('compensation') ? [call.slice(13)] : []))
}

/** A run whose lanes roll back past a child that completed. */
async function rolledBack(definition: SagaDefinition, lanes: readonly Errand[], script = {}, options = {}) {
  const run = runWithChildren(definition, lanes, { 'action three': no, ...script }, options)
  for (const { id } of lanes) await run.end(`child/${id}`, completed('of the child'))
  return run
}

describe('the undo of a child', () => {
  it('is a run of its own with the results of the run it undoes; the earlier steps wait for it', async () => {
    const run = await rolledBack(errand(), [{ id: 'a' }])
    await run.end('child/a/undo', undone)

    expect(run.requestOf('child/a/undo')?.args).toEqual([{ id: 'a' }, { undo: { results: 'of the child' } }])
    expect((await run.report).except).toMatchObject([
      { outcome: 'refused', compensations: { hold: 'done', one: 'done', child: 'done', three: 'notNeeded' } },
    ])
  })

  it('is awaited by its lane', async () => {
    const run = await rolledBack(errand(), two)
    await run.end('child/a/undo', undone)
    expect(undoneBy(run)).toEqual([])
    expect(run.lane('a')?.status).toBe('compensating')
    await run.end('child/b/undo', undone)

    await run.report
    expect(undoneBy(run)).toEqual(['one a', 'one b', 'hold a', 'hold b'])
  })

  it('that is parked parks its lane and no other; the lane goes on when it has ended', async () => {
    const run = await rolledBack(errand(), two)
    await run.end('child/a/undo', undone)
    await run.tell('child/b/undo', down)
    await run.until('a', 'ended')
    expect(run.lane('b')).toMatchObject({
      status: 'parked',
      parked: { phase: 'compensation', step: 'child', child: 'run-1/child/b/undo' },
    })
    expect(run.operate('abort')).toEqual({ lanes: [], declined: {} })
    await run.tell('child/b/undo', null)
    expect(run.lane('b')?.status).toBe('compensating')
    await run.end('child/b/undo', undone)

    await run.report
    expect(undoneBy(run)).toEqual(['one a', 'hold a', 'one b', 'hold b'])
  })

  it.each([
    ['fails', { status: 'unknown', code: givenCode('LOST'), message: 'lost' }, 'LOST', 'lost'],
    [
      'ends otherwise than undone',
      { status: 'done', value: { outcome: 'abandoned' } },
      'SAGA_CHILD_UNDO',
      'the child\u0027s undo ended abandoned',
    ],
  ] as const)('that %s parks its lane until an operator decides', async (_, answer, code, message) => {
    const run = await rolledBack(errand(), [{ id: 'a' }])
    await run.end('child/a/undo', answer)
    expect(run.lane('a')?.parked).toEqual({ phase: 'compensation', step: 'child', code, message })
    run.operate('resolve')

    expect((await run.report).except[0]?.compensations).toMatchObject({ one: 'done', child: 'resolved' })
  })

  it('whose argument throws is stuck, and is not started', async () => {
    let asked = 0
    const arg = ({ input }: { readonly input: Errand }) => (++asked === 3 ? lost() : input)
    const run = await rolledBack(errand({}, { arg }), [{ id: 'a' }])
    await run.until('a', 'parked')
    expect(run.lane('a')?.parked).toEqual({
      phase: 'compensation',
      step: 'child',
      code: 'SAGA_ARGUMENT',
      message: 'lost',
    })
    expect(run.children()).toEqual(['child/a'])
    run.operate('retry')
    await run.end('child/a/undo', undone)

    expect((await run.report).except[0]?.compensations).toMatchObject({ child: 'done' })
  })

  it('is awaited by the other lanes of the same operation, which are undone together from there on', async () => {
    let down = true
    const run = await rolledBack(errand(), two, { 'compensation one a': () => (down ? lost() : 'undone') })
    await run.end('child/b/undo', { status: 'unknown', code: givenCode('LOST'), message: 'lost' })
    await run.end('child/a/undo', undone)
    await run.until('a', 'parked')
    down = false
    run.operate('retry')
    await run.runtime.until(() => run.children().length === 5)
    await run.runtime.atRest()
    expect(undoneBy(run)).toEqual(['one a'])
    await run.end('child/b/undo', undone)

    await run.report
    expect(undoneBy(run).slice(1)).toEqual(['one a', 'one b', 'hold a', 'hold b'])
  })

  it('that is parked sets no timer: no deadline calls it off', async () => {
    const deadlines: Record<string, number> = { a: 5_000, b: 1_000 }
    const run = runWithChildren(errand({ deadline: ({ id }: Errand) => deadlines[id] }), two)
    await run.tell('child/b', down)
    await run.end('child/a', { status: 'done', value: { outcome: 'abandoned' } })
    await run.tell('child/a/undo', down)
    await run.runtime.until(() => run.cancelled().length > 0)
    expect(run.timers).toEqual([1_000])
    expect(run.cancelled()).toEqual(['child/b'])
    await run.end('child/b', { status: 'refused', code: 'SAGA_CHILD_CANCELLED' })
    await run.end('child/a/undo', undone)

    expect((await run.report).except).toMatchObject([{ outcome: 'failed' }, { outcome: 'expired' }])
  })
})

describe('a lane that is parked for a reason of its own while a child of it is undone', () => {
  /** The undo of `one` is stuck until it is mended; all of a lane is undone at once. */
  async function stuck() {
    let isDown = true
    const run = await rolledBack(errand({ compensation: 'parallel' }), [{ id: 'a' }], {
      'compensation one': () => (isDown ? lost() : 'undone'),
    })
    await run.until('a', 'parked')
    return {
      ...run,
      retry: () => {
        isDown = false
        run.operate('retry')
      },
    }
  }

  it('keeps its reason after every signal of the child', async () => {
    const run = await stuck()
    const reason = { status: 'parked', parked: { step: 'one', message: 'lost' } }
    expect(run.lane('a')).toMatchObject(reason)
    await run.tell('child/a/undo', down)
    expect(run.lane('a')).toMatchObject(reason)
    await run.tell('child/a/undo', null)
    expect(run.lane('a')).toMatchObject(reason)
    await run.end('child/a/undo', undone)
    expect(run.lane('a')).toMatchObject(reason)
    run.retry()

    expect((await run.report).except[0]?.compensations).toMatchObject({ hold: 'done', one: 'done', child: 'done' })
  })

  it('is parked for its child once its own is mended, and ends after it', async () => {
    const run = await stuck()
    await run.tell('child/a/undo', down)
    run.retry()
    await run.until('a', 'parked')
    expect(run.lane('a')).toMatchObject({ status: 'parked', parked: { child: 'run-1/child/a/undo' } })
    expect(undoneBy(run)).toEqual(['one a', 'one a'])
    await run.end('child/a/undo', undone)

    expect((await run.report).except[0]?.compensations).toMatchObject({ hold: 'done', one: 'done', child: 'done' })
    expect(undoneBy(run)).toEqual(['one a', 'one a', 'hold a'])
  })

  const afterIndependent = saga<Errand>('errand', { key })
    .activities<LaneActivities>()
    .child('child', inner, own)
    .step('two', { ...step, independent: true })
    .step('three', step)
    .build() as unknown as SagaDefinition

  it('is parked for its child at once when an independent undo was stuck before', async () => {
    const run = await rolledBack(afterIndependent, two, { 'compensation two a': lost })
    await run.tell('child/a/undo', down)
    expect(run.lane('a')).toMatchObject({ status: 'parked', parked: { child: 'run-1/child/a/undo' } })
    expect(run.lane('b')?.status).toBe('compensating')
    await run.end('child/b/undo', undone)
    await run.end('child/a/undo', undone)
    await run.until('a', 'parked')
    run.operate('skip')

    expect((await run.report).except[0]?.compensations).toMatchObject({ child: 'done', two: 'skipped' })
  })

  it('has its former reason again when its child has ended and an independent undo was stuck before', async () => {
    let isDown = true
    const script = { 'compensation two': () => (isDown ? lost() : 'undone') }
    const run = await rolledBack(afterIndependent, [{ id: 'a' }], script)
    await run.tell('child/a/undo', down)
    expect(run.lane('a')).toMatchObject({ status: 'parked', parked: { child: 'run-1/child/a/undo' } })
    await run.tell('child/a/undo', { ...down, code: givenCode('STILL_DOWN') })
    await run.tell('child/a/undo', null)
    await run.end('child/a/undo', undone)
    await run.until('a', 'parked')
    expect(run.lane('a')).toMatchObject({ status: 'parked', parked: { step: 'two', message: 'lost' } })
    isDown = false
    expect(run.operate('retry')).toEqual({ lanes: ['a'], declined: {} })

    expect((await run.report).except[0]?.compensations).toMatchObject({ child: 'done', two: 'done' })
  })
})
