import { type SagaDefinition, saga } from 'saga-core'
import { type MatrixOptions, runCells, sagaMatrix } from 'saga-core/testing'
import { describe, expect, it } from 'vitest'
import type { ScriptedActivities, ScriptedLane } from '../../../test/conformance/activities.js'
import { childSagas, shapes } from '../../../test/conformance/shapes.js'

const elements = [{ id: 'x' }, { id: 'y' }]
const inputs: readonly ScriptedLane[] = [
  { id: 'a', elements },
  { id: 'b', elements },
]

const options: { readonly [shape: string]: Partial<MatrixOptions<ScriptedLane>> } = {
  group: {},
  // Calls of another worker can be called off.
  hasty: { runtime: (inner) => ({ ...inner, call: (request) => inner.call({ ...request, taskQueue: 'elsewhere' }) }) },
  list: {},
  sometimes: {},
  verifying: {},
  atOnce: {},
  approving: { messages: { approval: { by: 'boss' } } },
  parent: { children: childSagas },
  guardian: { children: childSagas, messages: { 'child.word': 'go' } },
  deciding: { messages: { paid: 'yes' } },
  looking: {},
}

const undoable = { invoke: 'doLane', compensate: 'undoLane', onUnknown: 'compensate' } as const

/** Steps that only look, before, between and after those that do something. */
const looking = saga<ScriptedLane>('looking', { key: ({ id }) => id })
  .activities<ScriptedActivities>()
  .step('look', { invoke: 'doLane' })
  .step('one', undoable)
  .parallel({ glance: { invoke: 'doLane' }, two: undoable })
  .step('check', { invoke: 'doLane' })
  .pivot('go', { invoke: 'doLane' })
  .build()

describe('every shape of saga, whatever fails', () => {
  it.each(Object.keys(options))(
    '%s',
    async (shape) => {
      const definition = { ...shapes, looking }[shape] as SagaDefinition<ScriptedLane>
      const { cells } = await sagaMatrix(definition, { inputs, ...options[shape] })

      const failed = await runCells(cells)
      expect([...failed.values()].map((error) => error.message)).toEqual([])
    },
    60_000,
  )
})
