import type { SagaDefinition } from 'saga-core'
import { describe, expect, it } from 'vitest'
import type { ScriptedLane } from '../../../test/conformance/activities.js'
import { shapes } from '../../../test/conformance/shapes.js'
import { bookingSaga } from '../../../test/matrix/booking.saga.js'
import { type CallOffCell, callOffCells } from './call-off-cells.js'

/**
 * Known faults of the engine that the cells of a saga find, each by the only promise that its cells break. The cells of an entry whose
 * fault is mended fail until the entry is deleted.
 */
const knownFaults: { readonly [saga: string]: RegExp } = {
  'a set-wise saga': /^\w+ was tried \d+ times, not \d: it was called off$/,
  'a saga with a parallel group': /^\w+ was tried \d+ times, not \d: it was called off$/,
}

const inputs = [{ id: 'a' }]
const sagas: { readonly [name: string]: readonly CallOffCell[] } = {
  'a set-wise saga': callOffCells(bookingSaga as SagaDefinition<ScriptedLane>, { inputs }),
  'a saga with a parallel group': callOffCells(shapes.group as SagaDefinition<ScriptedLane>, { inputs }),
}

describe.each(Object.entries(sagas))('a call-off reaches a step of %s that is retried without end:', (saga, cells) => {
  const fault = knownFaults[saga]
  it.each(cells.map((cell) => [cell.name, cell] as const))('%s', async (_, cell) => {
    expect(await cell.run()).toEqual(fault ? [expect.stringMatching(fault)] : [])
  })
})
