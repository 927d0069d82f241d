import type { SagaDefinition } from 'saga-core'
import { withUndo } from 'saga-core/activity'
import { explore, type ModelLane } from 'saga-core/testing'
import { describe, expect, it } from 'vitest'
import { childSagas, shapes } from '../../../test/conformance/shapes.js'
import { bookingSaga } from '../../../test/matrix/booking.saga.js'

type Definition = SagaDefinition<{ readonly id: string }>

describe('the undo of a step with undo data', () => {
  it.each([
    ['set-wise', bookingSaga as Definition, 'reserve'],
    ['per-lane', shapes.group as Definition, 'one'],
    ['of a child that its parent undoes', shapes.parent as Definition, 'child.last'],
  ])('%s gets it from the run or from the barrier, with one fault at any place', async (_, saga, step) => {
    const told = new Set<string>()
    const keeping = {
      apply: () => withUndo('moved', 'back'),
      undo: (_: unknown, { result, undo }: ModelLane) => void told.add(`${result}, ${undo}`),
    }
    const { counterExample } = await explore(saga, {
      inputs: [{ id: 'a' }],
      children: childSagas,
      effects: { [step]: keeping },
      bound: 1,
    })

    expect(counterExample).toBeUndefined()
    expect([...told]).toEqual(['moved, back'])
  })
})
