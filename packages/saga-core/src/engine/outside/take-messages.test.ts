import { describe, expect, it } from 'vitest'
import { type Errand, type LaneActivities, laneActivities, recordedRun } from '../../../test/engine/recorded-run.js'
import type { InputSchema } from '../../definition/definition.js'
import { saga } from '../../definition/saga.js'
import { typed } from '../../definition/typed.js'
import type { LaneMessages } from './take-messages.js'

/** A schema that accepts the values of a predicate. */
function schema<T>(accepts: (value: unknown) => boolean): InputSchema<T> {
  return {
    '~standard': {
      validate: (value) => (accepts(value) ? { value: value as T } : { issues: [{ message: 'no' }] }),
    },
  }
}

function waiting(message: InputSchema<string>) {
  const definition = saga<Errand>('errand', { key: ({ id }) => id })
    .activities<LaneActivities>()
    .wait('word', { message })
    .build()
  const run = recordedRun(definition, [{ id: 'a' }, { id: 'b' }], laneActivities({}))
  const say = (messages: unknown) => run.runtime.message(() => run.batch.message(messages as LaneMessages))
  return { ...run, say, sayTo: (lane: string, message: unknown) => say({ wait: 'word', lanes: { [lane]: message } }) }
}

describe('a malformed message', () => {
  it.each([
    ['is a text', { wait: 'word', lanes: { a: 'yes' } }],
    ['is a bare value', { wait: 'word', lanes: { a: { by: 'ann' } } }],
    ['is null', { wait: 'word', lanes: { a: null } }],
    ['refuses with no code', { wait: 'word', lanes: { a: { refuse: 7 } } }],
    ['names no lanes', { wait: 'word' }],
    ['names no wait', { lanes: { a: { value: 'yes' } } }],
    ['is for an unknown wait', { wait: 'deed', lanes: { a: { value: 'yes' } } }],
    ['is undefined', undefined],
  ])('that %s changes nothing', async (_, messages) => {
    const run = waiting(typed<string>())
    await run.until('a', 'waiting')

    expect(run.say(messages)).toBe(0)
    await run.runtime.atRest()
    expect(run.lane('a')?.status).toBe('waiting')
    expect(run.sayTo('a', { value: 'yes' })).toBe(1)
    run.sayTo('b', { refuse: 'NO' })
    expect((await run.report).completed).toBe(1)
  })
})

describe('a message without a value', () => {
  it('ends no wait whose schema wants one', async () => {
    const run = waiting(schema((value) => typeof value === 'string'))
    await run.until('a', 'waiting')

    expect(run.sayTo('a', {})).toBe(0)
    expect(run.sayTo('a', { value: undefined })).toBe(0)
    expect(run.sayTo('a', { value: 'yes' })).toBe(1)
    run.sayTo('b', { refuse: 'NO' })
    await run.report
  })

  it('ends a wait whose schema wants none', async () => {
    const run = waiting(schema((value) => value === undefined))
    await run.until('a', 'waiting')

    expect(run.sayTo('a', {})).toBe(1)
    expect(run.sayTo('b', { value: 'yes' })).toBe(0)
    run.sayTo('b', { value: undefined })
    expect((await run.report).completed).toBe(2)
  })
})

it('unused messages are counted: duplicates, those for an unknown lane, late ones', async () => {
  const run = waiting(typed<string>())
  await run.until('a', 'waiting')
  run.say({ wait: 'word', lanes: { a: { value: 'yes' }, c: { value: 'who' } } })
  run.sayTo('a', { value: 'again' })
  await run.until('a', 'ended')
  run.sayTo('a', { value: 'late' })

  expect(run.batch.state().unusedMessages).toBe(3)
  run.sayTo('b', { value: 'yes' })
  await run.report
})
