import { describe, expect, it } from 'vitest'
import {
  type Errand,
  key,
  type LaneActivities,
  laneActivities,
  once,
  recordedRun,
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
