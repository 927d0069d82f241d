import { describe, expect, it } from 'vitest'
import { type Errand, key, type LaneActivities, step } from '../../../test/engine/recorded-run.js'
import { completed, down, runWithChildren } from '../../../test/engine/run-with-children.js'
import { refuse } from '../../activity/refuse.js'
import { saga } from '../../definition/saga.js'
import { givenCode } from '../../saga-error.js'

function plain(options = {}) {
  return saga<Errand>('errand', { key, ...options }).activities<LaneActivities>()
}

const inner = saga<Errand>('inner', { key }).activities<LaneActivities>().step('inner', step).build()
const own = { workflow: 'inner', arg: ({ input }: { readonly input: Errand }) => input }
const errand = plain()
  .step('one', step)
  .child('child', inner, own)
  .step('two', { ...step, arg: ({ input, results }) => ({ ...input, items: [`${results.child}`] }) })
  .build()
const two: readonly Errand[] = [{ id: 'a' }, { id: 'b' }]

function no(): never {
  throw refuse('NO')
}

describe('a child', () => {
  it('is started with its argument under an id of its own; its results are those of the step', async () => {
    const run = runWithChildren(errand, [{ id: 'a' }])
    await run.runtime.atRest()
    expect(run.children()).toEqual(['child/a'])
    expect(run.requestOf('child/a')?.args).toEqual([{ id: 'a' }])
    await run.end('child/a', completed('of the child'))

    expect((await run.report).completed).toBe(1)
    expect(run.calls.at(-1)?.args[0]).toEqual({ id: 'a', items: ['of the child'] })
  })

  it('has the attempt of its lane, on the task queue its step is placed on', async () => {
    const run = runWithChildren(errand, [{ id: 'a' }], {}, { attempt: 3, placement: { child: 'elsewhere' } })
    await run.runtime.atRest()

    expect(run.requestOf('child/a\u001f3\u001f')).toMatchObject({ attempt: 3, taskQueue: 'elsewhere' })
    await run.end('child/a\u001f3\u001f')
    await run.report
  })

  it('has the task queue of its parent when it is not placed', async () => {
    const run = runWithChildren(errand, [{ id: 'a' }])
    await run.runtime.atRest()

    expect(run.requestOf('child/a')).toMatchObject({ attempt: 1 })
    expect(run.requestOf('child/a')).not.toHaveProperty('taskQueue')
    await run.end('child/a')
    await run.report
  })

  it('is awaited with the others of its step: no lane goes on before all are at rest', async () => {
    const run = runWithChildren(errand, two)
    await run.end('child/a')
    expect(run.asked()).toEqual(['action one a', 'action one b'])
    await run.end('child/b')

    expect((await run.report).completed).toBe(2)
  })

  it('that is parked holds up its lane alone', async () => {
    const run = runWithChildren(errand, two)
    await run.end('child/a')
    await run.tell('child/b', down)
    expect(run.asked()).toContain('action two a')
    expect(run.asked()).not.toContain('action two b')
    expect(run.lane('b')).toMatchObject({ status: 'parked', parked: { child: 'run-1/child/b' } })
    await run.end('child/b')

    expect((await run.report).completed).toBe(2)
  })

  it('is not started for a lane whose argument throws, and does not hold it up', async () => {
    const arg = ({ input }: { readonly input: Errand }) => (input.id === 'b' ? no() : input)
    const picky = plain()
      .step('one', step)
      .child('child', inner, { ...own, arg })
      .build()
    const run = runWithChildren(picky, two)
    await run.until('b', 'ended')

    expect(run.children()).toEqual(['child/a'])
    expect(run.lane('a')).toMatchObject({ status: 'running', at: 'child' })
    await run.end('child/a')
    expect(await run.report).toMatchObject({ completed: 1, except: [{ key: 'b', cause: { code: 'SAGA_ARGUMENT' } }] })
  })

  it('whose argument throws at its start is an unknown step', async () => {
    let asked = 0
    const arg = ({ input }: { readonly input: Errand }) => (++asked === 2 ? no() : input)
    const fickle = plain()
      .child('child', inner, { ...own, arg })
      .build()
    const run = runWithChildren(fickle, [{ id: 'a' }])
    await run.end('child/a/undo', { status: 'done', value: { outcome: 'cancelled' } })

    expect((await run.report).except).toMatchObject([
      { outcome: 'failed', cause: { kind: 'unknown', step: 'child', code: 'SAGA_ARGUMENT' } },
    ])
    expect(run.children()).toEqual(['child/a/undo'])
  })

  it('is one of at most 32 of its step at a time, of which parked ones are not counted', async () => {
    const lanes = Array.from({ length: 40 }, (_, at) => ({ id: `l${at}` }))
    const run = runWithChildren(errand, lanes)
    await run.runtime.atRest()
    await run.runtime.atRest()
    expect(run.children()).toHaveLength(32)
    await run.tell('child/l0', down)
    await run.tell('child/l1', down)
    expect(run.children()).toHaveLength(34)
    await run.tell('child/l0', null)
    await run.end('child/l2')
    expect(run.children()).toHaveLength(34)
    await run.end('child/l3')
    expect(run.children()).toHaveLength(35)
    for (const { id } of lanes) if (id !== 'l2' && id !== 'l3') await run.end(`child/${id}`)

    expect((await run.report).completed).toBe(40)
  })

  it.each([
    ['that was refused', { status: 'done', value: { outcome: 'refused', cause: { code: 'NO' } } }, 'NO', 'refused'],
    ['that failed without a cause', { status: 'done', value: { outcome: 'failed' } }, 'SAGA_CHILD_FAILED', 'failed'],
    ['that ended otherwise', { status: 'done', value: { outcome: 'duplicate' } }, 'SAGA_CHILD_DUPLICATE', 'duplicate'],
  ] as const)('%s is a refusal, by its cause or its outcome', async (_, answer, code, child) => {
    const run = runWithChildren(errand, [{ id: 'a' }])
    await run.end('child/a', answer)

    expect((await run.report).except).toMatchObject([
      {
        outcome: 'refused',
        cause: { step: 'child', code, details: { child } },
        compensations: { one: 'done', child: 'notNeeded' },
      },
    ])
  })

  it('is undone when it was abandoned or its end is unknown', async () => {
    const run = runWithChildren(errand, two)
    await run.end('child/a', { status: 'done', value: { outcome: 'abandoned' } })
    await run.end('child/b', { status: 'unknown', code: givenCode('LOST'), message: 'lost' })
    for (const id of ['a', 'b']) await run.end(`child/${id}/undo`, { status: 'done', value: { outcome: 'cancelled' } })

    expect((await run.report).except).toMatchObject([
      { outcome: 'failed', cause: { code: 'SAGA_CHILD_ABANDONED' }, compensations: { child: 'done' } },
      { outcome: 'failed', cause: { code: givenCode('LOST') }, compensations: { child: 'done' } },
    ])
  })
})

describe('a lane whose child is parked', () => {
  const dated = (deadlines: Record<string, number>) =>
    ({ ...errand, deadline: ({ id }: Errand) => deadlines[id] ?? Number.POSITIVE_INFINITY }) as unknown

  it('shows it in the details at once, and goes on when its child does', async () => {
    const run = runWithChildren(errand, [{ id: 'a' }])
    await run.tell('child/a', down)
    const parked = {
      phase: 'action',
      step: 'child',
      code: 'SAGA_CHILD_PARKED',
      message: 'its child "run-1/child/a" is parked at "inner": DOWN',
      child: 'run-1/child/a',
    }
    expect(run.lane('a')).toMatchObject({ status: 'parked', parked })
    expect(run.runtime.details()).toContain(parked.code)
    await run.tell('child/a', null)
    expect(run.lane('a')?.status).toBe('running')
    expect(run.lane('a')).not.toHaveProperty('parked')
    expect(run.runtime.details()).not.toContain(parked.code)
    await run.end('child/a')

    expect((await run.report).completed).toBe(1)
  })

  it('goes on when its child has ended; later signals of the child change nothing', async () => {
    const gate = Promise.withResolvers<string>()
    const run = runWithChildren(errand, [{ id: 'a' }], { 'action two': () => gate.promise })
    await run.tell('child/a', down)
    await run.end('child/a')
    expect(run.lane('a')).toMatchObject({ status: 'running', at: 'two' })
    expect(run.lane('a')).not.toHaveProperty('parked')
    await run.tell('child/a', down)
    expect(run.lane('a')?.status).toBe('running')
    gate.resolve('two')

    expect((await run.report).completed).toBe(1)
  })

  it('allows no verb but abort, and does not count as parked for a reason of its own', async () => {
    const run = runWithChildren(errand, [{ id: 'a' }])
    await run.tell('child/a', down)

    const retry = { verb: 'retry', actor: 'ann', reason: 'enough', operationId: 'r' } as const
    expect(run.batch.refusal(retry)?.code).toBe('SAGA_NOTHING_PARKED')
    expect(run.batch.refusal({ ...retry, lanes: ['a'] })?.message).toContain('send the verb to that run')
    expect(run.operate('abort')).toEqual({ lanes: ['a'], declined: {} })
    await run.runtime.atRest()
    expect(run.cancelled()).toEqual(['child/a'])
    await run.end('child/a', { status: 'refused', code: 'SAGA_CHILD_CANCELLED' })
    expect((await run.report).except).toMatchObject([
      { outcome: 'cancelled', cause: { code: 'SAGA_ABORTED' }, compensations: { one: 'done', child: 'notNeeded' } },
    ])
  })

  it('is called off by its deadline: its child is cancelled, once', async () => {
    const run = runWithChildren(dated({ a: 5_000 }), two)
    await run.tell('child/a', down)
    await run.runtime.clock.sleep(6_000)
    await run.runtime.atRest()
    await run.tell('child/a', null)
    expect(run.cancelled()).toEqual(['child/a'])
    await run.end('child/b')
    await run.end('child/a', { status: 'refused', code: 'SAGA_CHILD_CANCELLED' })

    expect(await run.report).toMatchObject({ completed: 1, except: [{ key: 'a', outcome: 'expired' }] })
  })

  it('is called off by a deadline that comes after another deadline', async () => {
    const run = runWithChildren(dated({ a: 5_000, b: 1_000 }), two)
    await run.tell('child/a', down)
    await run.runtime.clock.sleep(6_000)
    await run.runtime.atRest()
    expect(run.cancelled()).toEqual(['child/b', 'child/a'])
    for (const id of ['a', 'b']) await run.end(`child/${id}`, { status: 'refused', code: 'SAGA_CHILD_CANCELLED' })

    expect((await run.report).except).toMatchObject([{ outcome: 'expired' }, { outcome: 'expired' }])
  })

  it("keeps its run from continuing as new, which would lose the child's end", async () => {
    let isLong = false
    const run = runWithChildren(errand, [{ id: 'a' }], {}, { host: { shouldContinue: () => isLong } })
    await run.runtime.atRest()
    isLong = true
    await run.tell('child/a', down)
    isLong = false
    await run.end('child/a')

    expect((await run.report).completed).toBe(1)
  })
})

describe('a lane that was called off while its child ran', () => {
  it("rolls back for a refusal of its child's own", async () => {
    const run = runWithChildren(errand, [{ id: 'a' }])
    await run.runtime.atRest()
    run.runtime.cancel()
    await run.runtime.atRest()
    expect(run.cancelled()).toEqual(['child/a'])
    await run.end('child/a', { status: 'done', value: { outcome: 'refused', cause: { code: 'NO' } } })

    expect((await run.report).except).toMatchObject([{ outcome: 'refused', cause: { step: 'child', code: 'NO' } }])
  })

  it('rolls back for the call-off when its child ended by it', async () => {
    const run = runWithChildren(errand, [{ id: 'a' }])
    await run.runtime.atRest()
    run.runtime.cancel()
    await run.end('child/a', { status: 'refused', code: 'SAGA_CHILD_CANCELLED' })

    expect((await run.report).except).toMatchObject([{ outcome: 'cancelled', cause: { kind: 'cancelled' } }])
  })

  it('rolls back for the refusal of a step that is no child, with any code', async () => {
    const run: ReturnType<typeof runWithChildren> = runWithChildren(errand, [{ id: 'a' }], {
      'action one': () => {
        run.runtime.cancel()
        throw refuse('SAGA_CHILD_CANCELLED')
      },
    })

    expect((await run.report).except).toMatchObject([{ outcome: 'refused', cause: { step: 'one' } }])
  })
})
