import type { SagaDefinition } from 'saga-core'
import { type MatrixOptions, runCells, sagaMatrix } from 'saga-core/testing'
import { describe, expect, it } from 'vitest'
import type { ScriptedLane } from '../../../test/conformance/activities.js'
import { childSagas, shapes } from '../../../test/conformance/shapes.js'

const elements = [{ id: 'x' }, { id: 'y' }]
const inputs: readonly ScriptedLane[] = [
  { id: 'a', elements },
  { id: 'b', elements },
]

const options: { readonly [shape: string]: Partial<MatrixOptions<ScriptedLane>> } = {
  group: {},
  list: {},
  sometimes: {},
  verifying: {},
  atOnce: {},
  approving: { messages: { approval: { by: 'boss' } } },
  parent: { children: childSagas },
  guardian: { children: childSagas, messages: { 'child.word': 'go' } },
  deciding: { messages: { paid: 'yes' } },
}

describe('every shape of saga, whatever fails', () => {
  it.each(Object.keys(options))(
    '%s',
    async (shape) => {
      const definition = shapes[shape as keyof typeof shapes] as SagaDefinition<ScriptedLane>
      const { cells } = await sagaMatrix(definition, { inputs, ...options[shape] })

      const failed = await runCells(cells)
      expect([...failed.values()].map((error) => error.message)).toEqual([])
    },
    60_000,
  )
})
