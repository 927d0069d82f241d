import { saga, typed } from 'saga-core'
import { describe, expect, it } from 'vitest'
import type { LaneCall } from '../../definition/activity-types.js'
import type { SagaDefinition } from '../../definition/definition.js'
import { inMemoryRuntime } from '../../testing/in-memory-runtime.js'
import { createBatch } from '../batch.js'

interface Trip {
  readonly id: string
}

interface Activities {
  act(trip: Trip, call: LaneCall): Promise<string>
  undo(trip: Trip, call: LaneCall): Promise<void>
  actFor(city: string, call: LaneCall): Promise<string>
  undoFor(city: string | undefined, call: LaneCall): Promise<void>
}

const step = { invoke: 'act', compensate: 'undo', onUnknown: 'compensate' } as const
const trips = saga<Trip>('trips', { key: ({ id }) => id })
  .activities<Activities>()
  .adopted('hold', { compensate: 'undo' })
  .step('one', step)
  .wait('word', { message: typed<string>() })
  .forEach('each', {
    items: () => ['Rome', 'Oslo'],
    key: (city: string) => city,
    invoke: 'actFor',
    compensate: 'undoFor',
    onUnknown: 'compensate',
    arg: ({ item }) => item,
  })
  .step('last', step)
  .build() as unknown as SagaDefinition

async function undo(results: unknown): Promise<readonly string[]> {
  const undone: string[] = []
  const act = async () => ''
  const note = async (_: unknown, { step: name, ...call }: LaneCall) => {
    undone.push(call.known ? `${name} ${call.result}` : name)
  }
  const activities = { act, actFor: act, undo: note, undoFor: note }
  const batch = createBatch(trips, [{ id: 'a' }], inMemoryRuntime({ activities }), { undo: { results } })
  expect(await batch.run()).toMatchObject({ except: [{ outcome: 'cancelled' }] })
  return undone
}

describe('undoing a run that completed', () => {
  it('undoes the steps after a wait as well, with their results, and the adopted effects last', async () => {
    const results = { one: 'first', word: 'yes', each: ['in Rome', 'in Oslo'], last: 'end' }

    expect(await undo(results)).toEqual(['last end', 'each in Oslo', 'each in Rome', 'one first', 'hold undefined'])
  })

  it('without its results undoes every step all the same', async () => {
    expect(await undo({})).toEqual(['last', 'each', 'each', 'one', 'hold undefined'])
  })

  it('passes no results of a list that has other elements by now', async () => {
    const results = { one: 'first', word: 'yes', each: ['in Rome'], last: 'end' }

    expect(await undo(results)).toEqual(['last end', 'each', 'each', 'one first', 'hold undefined'])
  })
})
