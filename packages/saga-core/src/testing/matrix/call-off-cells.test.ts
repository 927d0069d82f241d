import type { SagaDefinition } from 'saga-core'
import { describe, expect, it } from 'vitest'
import type { ScriptedLane } from '../../../test/conformance/activities.js'
import { shapes } from '../../../test/conformance/shapes.js'
import { bookingSaga } from '../../../test/matrix/booking.saga.js'
import { type CallOffCell, callOffCells } from './call-off-cells.js'

const inputs = [{ id: 'a' }]
const sagas: { readonly [name: string]: readonly CallOffCell[] } = {
  'a set-wise saga': callOffCells(bookingSaga as SagaDefinition<ScriptedLane>, { inputs }),
  'a saga with a parallel group': callOffCells(shapes.group as SagaDefinition<ScriptedLane>, { inputs }),
}

describe.each(Object.entries(sagas))('a call-off reaches a step of %s that is retried without end:', (_, cells) => {
  it.each(cells.map((cell) => [cell.name, cell] as const))('%s', async (_, cell) => {
    expect(await cell.run()).toEqual([])
  })
})
