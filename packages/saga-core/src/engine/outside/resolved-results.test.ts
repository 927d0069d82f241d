import { describe, expect, it } from 'vitest'
import {
  type Errand,
  key,
  type LaneActivities,
  laneActivities,
  once,
  recordedRun,
  step,
} from '../../../test/engine/recorded-run.js'
import type { InputSchema } from '../../definition/definition.js'
import { saga } from '../../definition/saga.js'

/** Takes a text of digits, in any case of letters, as `#` and the digits. */
const digits: InputSchema<string> = {
  '~standard': {
    validate: (value) =>
      typeof value === 'string' && /^\d+$/.test(value)
        ? { value: `#${value}` }
        : { issues: [{ message: `${JSON.stringify(value)} has no digits` }] },
  },
}

function lost(): never {
  throw new Error('lost')
}

function plain() {
  return saga<Errand>('errand', { key }).activities<LaneActivities>()
}

function resolve(result?: unknown) {
  return {
    verb: 'resolve' as const,
    actor: 'ann',
    reason: 'by hand',
    operationId: `resolve ${JSON.stringify(result)}`,
    ...(result !== undefined && { result }),
  }
}

async function parkedAt(definition: unknown) {
  const run = recordedRun(definition, [{ id: 'a' }], laneActivities({ 'action one': lost }))
  await run.until('a', 'parked')
  return {
    ...run,
    refusal: (result?: unknown) => run.batch.refusal(resolve(result))?.message,
    resolve: (result?: unknown) => run.runtime.message(() => run.batch.operate(resolve(result))),
  }
}

const once2 = { invoke: 'act', ...once } as const

/** A list step whose items are the parts of a step's result. */
function itemsOf(name: string) {
  const items = ({ results }: { readonly results: Readonly<Record<string, string>> }) => results[name]?.split(',') ?? []
  return { invoke: 'act', items, key: String, ...once } as const
}

const parking = { invoke: 'act', onUnknown: 'park', ...once } as const

describe('the result of a resolve', () => {
  const read = plain()
    .step('one', parking)
    .step('two', { invoke: 'act', ...once })
    .step('three', { invoke: 'act', arg: ({ results }) => ({ id: results.one.trim() }), ...once })
    .build()

  it('is due where a later step reads it', async () => {
    const run = await parkedAt(read)

    expect(run.refusal()).toContain('\\"three\\" reads the result of \\"one\\": give one')
    expect(run.resolve()).toEqual({ lanes: [], declined: { a: '"three" reads the result of "one": give one' } })
    run.resolve('x')
    expect((await run.report).completed).toBe(1)
  })

  it('may be left out where none does', async () => {
    const run = await parkedAt(
      plain()
        .step('one', parking)
        .step('two', { invoke: 'act', ...once })
        .build(),
    )
    run.resolve()

    expect((await run.report).completed).toBe(1)
  })

  it('must let the next step be called, so that nothing that was confirmed is undone', async () => {
    const run = await parkedAt(
      plain()
        .step('one', parking)
        .step('two', { invoke: 'act', arg: ({ results }) => ({ id: results.one.trim() }), ...once })
        .build(),
    )

    expect(run.refusal(7)).toContain('\\"two\\" cannot be called with the result of \\"one\\"')
    run.resolve(' x ')
    expect((await run.report).completed).toBe(1)
    expect(run.calls.at(-1)?.args[0]).toEqual({ id: 'x' })
  })

  const readsOne = {
    invoke: 'act',
    arg: ({ results }: { results: { one: string } }) => ({ id: results.one.trim() }),
    ...once,
  } as const

  it.each([
    ['the step before it does not read it', plain().step('zero', once2).step('one', parking).step('two', readsOne)],
    [
      'a later list reads it for its items',
      plain()
        .step('one', parking)
        .forEach('two', itemsOf('one') as never),
    ],
  ])('must let the next step be called: %s', async (_, builder) => {
    const run = await parkedAt(builder.build())

    expect(run.refusal(7)).toContain('\\"two\\" cannot be called with the result of \\"one\\"')
    expect(run.refusal()).toContain('\\"two\\" reads the result of \\"one\\": give one')
    run.resolve('x,y')
    expect((await run.report).completed).toBe(1)
  })

  it('must let each item of the next list be called', async () => {
    const items = ({ results }: { results: { one: readonly unknown[] } }) => results.one
    const arg = ({ item }: { item: string }) => ({ id: item.trim() })
    const list = { invoke: 'act', items, key: String, arg, ...once }
    const run = await parkedAt(
      plain()
        .step('one', parking)
        .forEach('two', list as never)
        .build(),
    )

    expect(run.refusal(['x', 7])).toContain('\\"two\\" cannot be called with the result of \\"one\\"')
    run.resolve(['x', 'y'])
    expect((await run.report).completed).toBe(1)
    expect(run.calls.slice(-2).map(({ args }) => args[0])).toEqual([{ id: 'x' }, { id: 'y' }])
  })

  it.each([
    [
      'a later step reads the result of another one',
      plain()
        .step('zero', once2)
        .step('one', parking)
        .step('two', { ...readsOne, arg: ({ results }) => ({ id: String(results.zero) }) }),
    ],
    [
      'the step that reads it is left out',
      plain()
        .step('one', parking)
        .step('two', { ...readsOne, when: () => false } as never),
    ],
    [
      'a list parked at an item',
      plain()
        .forEach('one', { ...parking, items: () => ['x'], key: String, arg: ({ item }) => ({ id: item }) })
        .step('two', { ...readsOne, arg: ({ results }) => ({ id: JSON.stringify(results.one) }) }),
    ],
  ])('may be left out: %s', async (_, builder) => {
    const run = await parkedAt(builder.build())

    expect(run.refusal()).toBeUndefined()
    expect(run.resolve()).toEqual({ lanes: ['a'], declined: {} })
    expect((await run.report).completed).toBe(1)
  })

  it('is not asked for by a step that waits for another one beside it', async () => {
    const both = plain()
      .parallel({ one: parking, other: parking })
      .step('two', { ...once2, arg: ({ results }) => ({ id: `${results.one.trim()}${results.other.trim()}` }) })
      .build()
    const run = recordedRun(both, [{ id: 'a' }], laneActivities({ 'action one': lost, 'action other': lost }))
    await run.until('a', 'parked')
    const operated = () =>
      run.runtime.message(() => run.batch.operate({ ...resolve('x'), operationId: `${run.calls.length}` }))

    expect(operated()).toEqual({ lanes: ['a'], declined: {} })
    await run.until('a', 'parked')
    run.runtime.message(() => run.batch.operate({ ...resolve('y'), operationId: 'second' }))
    expect((await run.report).completed).toBe(1)
  })

  it('is none of a stuck compensation, which needs no result', async () => {
    const stuck = plain()
      .step('one', { ...step, result: digits })
      .step('two', { ...readsOne, compensate: 'undo', compensation: once, onUnknown: 'compensate' })
      .build()
    const run = recordedRun(
      stuck,
      [{ id: 'a' }],
      laneActivities({ 'action one': () => '1', 'action two': lost, 'compensation one': lost }),
    )
    await run.until('a', 'parked')

    expect(run.batch.refusal(resolve())).toBeUndefined()
    run.runtime.message(() => run.batch.operate(resolve()))
    expect((await run.report).except).toMatchObject([{ outcome: 'failed' }])
  })

  it("is checked by the step's schema, and later steps get what the schema returns", async () => {
    const run = await parkedAt(
      plain()
        .pivot('one', { invoke: 'act', result: digits, ...once })
        .retriable('two', { invoke: 'act', arg: ({ results }) => ({ id: results.one }), ...once })
        .build(),
    )

    expect(run.refusal('x')).toContain('the result of \\"one\\" does not fit')
    expect(run.refusal()).toContain('does not fit')
    run.resolve('42')
    expect((await run.report).completed).toBe(1)
    expect(run.calls.at(-1)?.args[0]).toEqual({ id: '#42' })
  })
})

describe('the result of a step with a schema', () => {
  const checked = (more: object) =>
    plain()
      .step('zero', { ...parking, compensate: 'undo', onUnknown: 'compensate', compensation: once })
      .step('one', { ...parking, compensate: 'undo', compensation: once, result: digits, ...more })
      .step('two', { invoke: 'act', arg: ({ results }) => ({ id: results.one }), ...once })
      .build()
  const ran = (definition: unknown, result: unknown) =>
    recordedRun(definition, [{ id: 'a' }], laneActivities({ 'action one': () => result }))

  it('is what the schema returns', async () => {
    const run = ran(checked({}), '42')

    expect((await run.report).completed).toBe(1)
    expect(run.calls.at(-1)?.args[0]).toEqual({ id: '#42' })
  })

  it('that does not fit leaves the step unknown: it is compensated', async () => {
    const run = ran(checked({ onUnknown: 'compensate' }), 'x')

    expect((await run.report).except).toMatchObject([
      {
        outcome: 'failed',
        cause: { kind: 'unknown', step: 'one', code: 'SAGA_RESULT', message: '"x" has no digits' },
        compensations: { one: 'done', zero: 'done' },
      },
    ])
  })

  it('that does not fit leaves the step unknown: its lane parks', async () => {
    const run = ran(checked({ onUnknown: 'park' }), 'x')
    await run.until('a', 'parked')

    expect(run.lane('a')?.parked).toEqual({
      phase: 'action',
      step: 'one',
      code: 'SAGA_RESULT',
      message: '"x" has no digits',
    })
    run.runtime.message(() => run.batch.operate(resolve('7')))
    expect((await run.report).completed).toBe(1)
  })
})
