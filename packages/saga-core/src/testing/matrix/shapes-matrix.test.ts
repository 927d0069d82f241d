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

// A call on the task queue of another worker can be called off.
const elsewhere: Partial<MatrixOptions<ScriptedLane>> = {
  runtime: (inner) => ({ ...inner, call: (request) => inner.call({ ...request, taskQueue: 'elsewhere' }) }),
}

const options: { readonly [shape: string]: Partial<MatrixOptions<ScriptedLane>> } = {
  group: {},
  hasty: elsewhere,
  doubting: elsewhere,
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

/** Steps without an effect before, between and after those with one. */
const looking = saga<ScriptedLane>('looking', { key: ({ id }) => id })
  .activities<ScriptedActivities>()
  .step('look', { invoke: 'doLane' })
  .step('one', undoable)
  .parallel({ glance: { invoke: 'doLane' }, two: undoable })
  .step('check', { invoke: 'doLane' })
  .pivot('go', { invoke: 'doLane' })
  .build()

const set = { invoke: 'doSet', compensate: 'undoSet', onUnknown: 'compensate' } as const

/** Siblings that are called off and verified. */
const doubting = saga<ScriptedLane>('doubting', { key: ({ id }) => id })
  .setActivities<ScriptedActivities>()
  .step('one', set)
  .parallel({ left: set, right: { ...set, onUnknown: 'verify', verify: 'verifySet' } }, { onFailure: 'cancel' })
  .build()

describe('every shape of saga, against every fault', () => {
  it.each(Object.keys(options))(
    '%s',
    async (shape) => {
      const definition = { ...shapes, looking, doubting }[shape] as SagaDefinition<ScriptedLane>
      const { cells } = await sagaMatrix(definition, { inputs, ...options[shape] })

      const failed = await runCells(cells)
      expect([...failed.values()].map((error) => error.message)).toEqual([])
    },
    60_000,
  )
})
