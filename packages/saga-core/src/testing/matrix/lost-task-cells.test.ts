import type { SagaDefinition } from 'saga-core'
import { describe, expect, it } from 'vitest'
import type { ScriptedLane } from '../../../test/conformance/activities.js'
import { shapes } from '../../../test/conformance/shapes.js'
import { bookingSaga } from '../../../test/matrix/booking.saga.js'
import { type LostTaskCell, lostTaskCells } from './lost-task-cells.js'

const inputs = [{ id: 'a' }]
const sagas: { readonly [name: string]: readonly LostTaskCell[] } = {
  'a set-wise saga': lostTaskCells(bookingSaga as SagaDefinition<ScriptedLane>, { inputs }),
  'a saga with a parallel group': lostTaskCells(shapes.group as SagaDefinition<ScriptedLane>, { inputs }),
}

describe.each(Object.entries(sagas))(
  'the effect of a lost execution of %s, refused in the next, is undone:',
  (_, cells) => {
    it.each(cells.map((cell) => [cell.name, cell] as const))('%s', async (_, cell) => {
      expect(await cell.run()).toEqual([])
    })
  },
)
