import { describe, expect, it } from 'vitest'
import { type Errand, type LaneActivities, once, step } from '../../../test/engine/recorded-run.js'
import { runWithChildren } from '../../../test/engine/run-with-children.js'
import { refuse } from '../../activity/refuse.js'
import { saga } from '../../definition/saga.js'
import { givenCode } from '../../saga-error.js'
import { ownershipStep } from '../../wire/names.js'
import type { CarriedRun } from '../carry.js'

const parks = { ...step, onUnknown: 'park' } as const

function plain(options = {}) {
  return saga<Errand>('errand', { key: ({ id }: Errand) => id, ...options }).activities<LaneActivities>()
}

function parking(options = {}) {
  return plain(options).step('one', step).step('two', parks).step('three', step).build()
}

const two: readonly Errand[] = [{ id: 'a' }, { id: 'b' }]

function lost(): never {
  throw new Error('lost')
}

async function parkedAt(definition: unknown, step: string, options = {}) {
  const run = runWithChildren(definition, [{ id: 'a' }], { [`action ${step}`]: lost }, options)
  await run.until('a', 'parked')
  return run
}

describe('a lane that is parked on its way forward', () => {
  it('rolls back when its run is cancelled', async () => {
    const run = await parkedAt(parking(), 'two')
    run.runtime.cancel()

    expect((await run.report).except).toEqual([
      {
        key: 'a',
        outcome: 'cancelled',
        cause: { kind: 'cancelled', code: 'SAGA_CANCELLED' },
        compensations: { one: 'done', two: 'done', three: 'done' },
      },
    ])
    expect(run.lane('a')).not.toHaveProperty('parked')
  })

  it('is shown as compensating while it rolls back', async () => {
    const undo = Promise.withResolvers<void>()
    const definition = plain()
      .step('one', { ...step, compensation: { startToCloseMs: 60_000 } })
      .step('two', parks)
      .build()
    const run = runWithChildren(definition, [{ id: 'a' }], {
      'action two': lost,
      'compensation one': () => {
        shown = run.runtime.details()
        undo.resolve()
      },
    })
    let shown = ''
    await run.until('a', 'parked')
    run.runtime.cancel()
    await undo.promise

    expect(shown).toContain('1 compensating')
    await run.report
  })

  it('rolls back when its deadline has passed', async () => {
    const run = runWithChildren(parking({ deadline: () => 60_000 }), [{ id: 'a' }], { 'action two': lost })

    expect((await run.report).except).toMatchObject([{ outcome: 'expired', compensations: { one: 'done' } }])
    expect(run.timers).toContain(60_000)
  })

  it('does not park when its run was cancelled before', async () => {
    const run: ReturnType<typeof runWithChildren> = runWithChildren(parking(), [{ id: 'a' }], {
      'action two': () => {
        run.runtime.cancel()
        lost()
      },
    })
    const answer = run.batch.early.answer({ lane: 'a', step: 'two' }, () => false)

    expect(await answer).toMatchObject({
      status: 'compensating',
      cause: { kind: 'cancelled', code: 'SAGA_CANCELLED', others: [{ step: 'two', code: 'SAGA_CALLED_OFF' }] },
    })
    expect((await run.report).except).toMatchObject([
      { outcome: 'cancelled', compensations: { one: 'done', two: 'done' } },
    ])
    expect(run.asked().filter((call) => call.startsWith('compensation'))).toEqual([
      'compensation three a',
      'compensation two a',
      'compensation one a',
    ])
  })

  it('follows the operator once an operation has reached it', async () => {
    const gate = Promise.withResolvers<string>()
    let tries = 0
    const run = runWithChildren(parking(), [{ id: 'a' }], {
      'action two': () => {
        tries += 1
        return tries === 1 ? lost() : gate.promise
      },
    })
    await run.until('a', 'parked')
    run.operate('retry')
    await run.runtime.atRest()
    run.runtime.cancel()
    await run.runtime.atRest()
    expect(run.lane('a')?.status).toBe('running')
    gate.resolve('two')

    expect((await run.report).except).toMatchObject([{ outcome: 'cancelled', compensations: { two: 'done' } }])
    expect(run.asked().filter((call) => call === 'compensation two a')).toHaveLength(1)
  })

  it('rolls back in the new run after it continued as new', async () => {
    let isLong = false
    const run = await parkedAt(parking(), 'two', { host: { shouldContinue: () => isLong } })
    isLong = true
    run.runtime.wake()
    const next = runWithChildren(parking(), JSON.parse(JSON.stringify(await run.ended)) as CarriedRun)
    await next.runtime.atRest()
    next.runtime.cancel()

    expect((await next.report).except).toMatchObject([{ outcome: 'cancelled', compensations: { one: 'done' } }])
  })

  it('does not park again when others rolled back for the same cancel', async () => {
    const gate = Promise.withResolvers<never>()
    const tries: Record<string, number> = {}
    const run = runWithChildren(parking(), two, {
      'action two': ({ lane }) => {
        tries[lane] = (tries[lane] ?? 0) + 1
        return tries[lane] === 1 ? lost() : gate.promise
      },
    })
    await run.until('b', 'parked')
    run.operate('retry', { lanes: ['b'] })
    await run.runtime.atRest()
    run.runtime.cancel()
    await run.until('a', 'compensating')
    gate.reject(new Error('lost'))

    expect((await run.report).except).toMatchObject([{ outcome: 'cancelled' }, { outcome: 'cancelled' }])
  })

  it.each([
    [
      'at its pivot, which may have happened',
      plain()
        .step('one', step)
        .pivot('two', { invoke: 'act', ...once })
        .build(),
    ],
    [
      'past its pivot',
      plain()
        .pivot('go', { invoke: 'act' })
        .retriable('two', { invoke: 'act', ...once })
        .build(),
    ],
  ])('stays parked %s', async (_, definition) => {
    const run = await parkedAt(definition, 'two')
    run.runtime.cancel()
    await run.runtime.atRest()

    expect(run.lane('a')?.status).toBe('parked')
    expect(run.batch.state().cancelRequested).toBe(true)
    run.operate('abandon')
    await run.report
  })

  it('stays parked while its owner is unknown', async () => {
    const owned = plain()
      .owned({ take: 'ask' as never, ...once })
      .step('one', step)
      .build()
    const own = { ...owned, owner: { ...owned.owner, setWise: false } }
    const run = await parkedAt(own, ownershipStep)
    run.runtime.cancel()
    await run.runtime.atRest()

    expect(run.lane('a')?.status).toBe('parked')
    run.operate('abandon')
    await run.report
  })
})

/** Lane b is parked on its way forward, and is called off; each test has its own lane a. */
describe('a lane beside one that is called off', () => {
  it('stays parked with a stuck compensation', async () => {
    const run = runWithChildren(parking(), two, {
      'action two b': lost,
      'action two a': () => {
        throw refuse('NO')
      },
      'compensation one a': lost,
    })
    await run.until('a', 'parked')
    await run.until('b', 'parked')
    run.runtime.cancel()
    await run.until('b', 'ended')

    expect(run.lane('a')).toMatchObject({
      status: 'parked',
      parked: { phase: 'compensation', step: 'one' },
      cause: { kind: 'refused', code: 'NO' },
    })
    expect(run.asked().filter((call) => call === 'compensation one a')).toHaveLength(1)
    run.operate('abandon')
    await run.report
  })

  it('has ended when it was abandoned', async () => {
    const run = runWithChildren(parking(), two, { 'action two': lost })
    await run.until('b', 'parked')
    run.operate('abandon', { lanes: ['a'] })
    run.runtime.cancel()

    expect((await run.report).except).toMatchObject([{ outcome: 'abandoned' }, { outcome: 'cancelled' }])
    expect(run.asked()).not.toContain('compensation one a')
  })

  it('waits for its parked child', async () => {
    const inner = plain().step('inner', step).build()
    const withChild = plain()
      .step('one', parks)
      .child('child', inner as never, { workflow: 'inner', arg: (({ input }: { input: Errand }) => input) as never })
      .build()
    const run = runWithChildren(withChild, two, { 'action one b': lost })
    await run.tell('child/a', { step: 'inner', code: givenCode('DOWN') })
    await run.until('b', 'parked')
    run.runtime.cancel()
    await run.until('b', 'ended')

    expect(run.cancelled()).toEqual(['child/a'])
    expect(run.lane('a')).toMatchObject({ status: 'parked', parked: { child: 'run-1/child/a' } })
    expect(run.lane('a')).not.toHaveProperty('cause')
    await run.end('child/a', { status: 'refused', code: 'SAGA_CHILD_CANCELLED' })
    expect((await run.report).except).toMatchObject([{ outcome: 'cancelled' }, { outcome: 'cancelled' }])
  })

  it('stays parked while its owner is unknown', async () => {
    const policy = { startToCloseMs: 100, retry: { initialMs: 1, factor: 1, maximumMs: 1, attempts: 1 } }
    const own = { ...parking(), owner: { activity: 'ask', setWise: false, policy } }
    const run = runWithChildren(own, two, { [`action ${ownershipStep} a`]: lost, 'action two b': lost })
    await run.until('b', 'parked')
    run.runtime.cancel()
    await run.until('b', 'ended')

    expect(run.lane('a')?.status).toBe('parked')
    run.operate('abandon')
    expect((await run.report).except[0]?.cause).toMatchObject({ kind: 'unknown', step: ownershipStep })
  })
})

describe('the cause of a lane of another run', () => {
  it.each([
    ['with its details', { by: 'run-2' }, { kind: 'refused', code: 'TAKEN', details: { by: 'run-2' } }],
    ['without details', undefined, { kind: 'refused', code: 'TAKEN' }],
  ])('is the refusal of take, %s', async (_, details, cause) => {
    const policy = { startToCloseMs: 100, retry: { initialMs: 1, factor: 1, maximumMs: 1, attempts: 1 } }
    const own = { ...parking(), owner: { activity: 'ask', setWise: false, policy } }
    const { report } = runWithChildren(own, [{ id: 'a' }], {
      [`action ${ownershipStep}`]: () => {
        throw refuse('TAKEN', details)
      },
    })

    expect((await report).except).toStrictEqual([{ key: 'a', outcome: 'duplicate', cause }])
  })
})

describe('a step that was refused beside one that parked', () => {
  const both = plain().parallel({ left: step, right: parks }).step('last', step).build()

  it('is undone, when a retry did it', async () => {
    let [isFull, isDown] = [true, true]
    const run = runWithChildren(both, [{ id: 'a' }], {
      'action left': () => {
        if (isFull) throw refuse('FULL')
      },
      'action right': () => (isDown ? lost() : 'right'),
      'action last': () => {
        throw refuse('NO')
      },
    })
    await run.until('a', 'parked')
    expect(run.batch.state().notable[0]?.compensations).toMatchObject({ left: 'notNeeded' })
    isFull = false
    isDown = false
    run.operate('retry')

    expect((await run.report).except).toMatchObject([
      { outcome: 'refused', compensations: { left: 'done', right: 'done' } },
    ])
    expect(run.asked()).toContain('compensation left a')
  })

  it('is not undone, when a retry refuses it again', async () => {
    let isDown = true
    const run = runWithChildren(both, [{ id: 'a' }], {
      'action left': () => {
        throw refuse('FULL')
      },
      'action right': () => (isDown ? lost() : 'right'),
    })
    await run.until('a', 'parked')
    isDown = false
    run.operate('retry')

    expect((await run.report).except).toMatchObject([
      {
        outcome: 'refused',
        cause: { step: 'left', code: 'FULL' },
        compensations: { left: 'notNeeded', right: 'done' },
      },
    ])
    expect(run.asked()).not.toContain('compensation left a')
  })
})
