import { describe, expect, it } from 'vitest'
import { eachItem, step } from '../../test/engine/recorded-run.js'
import type { StepDefinition } from '../definition/definition.js'
import { carryLanes, fromCarried } from './carry.js'
import { type Lane, newLane, newPart, type Part } from './run/lane.js'

const one = { ...step, name: 'one', kind: 'compensatable' } as unknown as StepDefinition
const each = { ...eachItem, elements: {}, name: 'each', kind: 'compensatable' } as unknown as StepDefinition

function lane(
  results: Record<string, unknown>,
  ...parts: readonly (Partial<Part> & { readonly step: StepDefinition })[]
) {
  const own: Lane = { ...newLane('a', {}, 1, Number.POSITIVE_INFINITY), at: 'one', results }
  for (const { step: of, element, ...more } of parts)
    own.parts.push({ ...newPart(own, of, 'done', element, element), ...more })
  return own
}

function carried(...given: Parameters<typeof lane>) {
  const [open] = carryLanes([lane(...given)]).open
  return open as NonNullable<typeof open>
}

describe('a carried part', () => {
  it('that is done and can be undone is the name of its step, whose result its lane has', () => {
    expect(carried({ one: 7 }, { step: one, value: 7 }).parts).toStrictEqual(['one'])
  })

  it('has its value where that is not the result of its step', () => {
    expect(carried({ one: 8 }, { step: one, value: 7 }).parts).toStrictEqual([{ step: 'one', value: 7 }])
    const unknown = { step: 'one', action: 'unknown', compensation: 'armed', value: 7 }
    expect(carried({ one: 7 }, { step: one, value: 7, action: 'unknown' }).parts).toStrictEqual([unknown])
    const element = { step: 'each', element: 'x', item: 'x', value: 'v' }
    expect(carried({ each: 'v' }, { step: each, element: 'x', value: 'v' }).parts).toStrictEqual([element])
  })

  it('says what it may owe where it is not done', () => {
    const parts = [
      { step: one, action: 'asked' },
      { step: one, action: 'asked', compensation: 'owed' },
    ] as const
    expect(carried({}, ...parts).parts).toStrictEqual([
      { step: 'one', action: 'asked', compensation: 'armed' },
      { step: 'one', action: 'asked', compensation: 'owed' },
    ])
    const { compensate: _, ...pivot } = one
    expect(carried({}, { step: { ...pivot, kind: 'pivot' }, action: 'asked' }).parts).toStrictEqual([
      { step: 'one', action: 'asked' },
    ])
  })

  it('and its stuck compensation have the name under which it was started', () => {
    const stuck = { phase: 'compensation', step: 'one', code: 'SAGA_UNKNOWN', message: 'down' } as const
    const open = carried({ one: 7 }, { step: one, value: 7, compensation: 'stuck', stuck, startedAs: 'old' })

    expect(open).toMatchObject({ at: 'old', results: { old: 7 } })
    expect(open.parts).toStrictEqual([{ step: 'old', compensation: 'stuck', stuck: { ...stuck, step: 'old' } }])
  })
})

describe('a restored part', () => {
  const base = { key: 'a', input: {}, status: 'parked', at: 'one' } as const
  const restored = (more: object) => fromCarried([one], { ...base, ...more } as never).parts[0]

  it('has its own value, or the result of its step', () => {
    expect(restored({ results: { one: 8 }, parts: [{ step: 'one', value: 7 }] })?.value).toBe(7)
    expect(restored({ results: { one: 8 }, parts: ['one'] })?.value).toBe(8)
  })

  it('of a lost step that is done may have an effect', () => {
    const step = { kind: 'compensatable', name: 'gone', onUnknown: 'park', independent: false, optional: false }
    expect(restored({ parts: ['gone'] })).toMatchObject({ step, compensation: 'armed' })
  })

  it.each([
    ['a pivot where its lane may be past it', 'running', 'gone', 'pivot'],
    ['harmless where its lane waits at it', 'waiting', 'gone', 'compensatable'],
    ['a pivot where its lane waits elsewhere', 'waiting', 'one', 'pivot'],
  ])('of a lost step that was asked is %s', (_, status, at, kind) => {
    const part = restored({ status, at, parts: [{ step: 'gone', action: 'asked' }] })
    expect(part?.step.kind).toBe(kind)
    expect(part).not.toHaveProperty('compensation')
  })
})
