import { saga } from 'saga-core'
import type { ScriptedActivities, ScriptedLane } from './activities.js'
import { shapes } from './shapes.js'

const quick = { startToCloseMs: 1_000, retry: { initialMs: 1, factor: 1, maximumMs: 1, attempts: 3 } }
const undo = { ...quick, retry: { ...quick.retry, attempts: 2 } }
const both = { ...quick, compensation: undo, onUnknown: 'compensate' } as const

function key(lane: ScriptedLane) {
  if (lane.id === 'throw') throw new Error('this input has no key')
  return lane.id
}

/** Every shape of saga the conformance suite runs; all of them call the same scripted activities. */
const sagas = {
  setWise: saga<ScriptedLane>('setWise', { key })
    .setActivities<ScriptedActivities>()
    .adopted('hold', { compensate: 'undoSet', compensation: undo })
    .step('one', { invoke: 'doSet', compensate: 'undoSet', ...both })
    .step('two', { invoke: 'doSet', compensate: 'undoSet', ...both })
    .step('three', { invoke: 'doSet', compensate: 'undoSet', ...both })
    .build(),
  perLane: saga<ScriptedLane>('perLane', { key })
    .activities<ScriptedActivities>()
    .adopted('hold', { compensate: 'undoLane', compensation: undo })
    .step('one', { invoke: 'doLane', compensate: 'undoLane', ...both })
    .step('two', { invoke: 'doLane', compensate: 'undoLane', ...both })
    .step('three', { invoke: 'doLane', compensate: 'undoLane', ...both })
    .build(),
  owned: saga<ScriptedLane>('owned', { key })
    .setActivities<ScriptedActivities>()
    .owned({ take: 'doSet', ...quick })
    .adopted('hold', { compensate: 'undoSet', compensation: undo })
    .step('one', { invoke: 'doSet', compensate: 'undoSet', ...both })
    .build(),
  pivoted: saga<ScriptedLane>('pivoted', { key })
    .setActivities<ScriptedActivities>()
    .step('one', { invoke: 'doSet', compensate: 'undoSet', ...both })
    .pivot('go', { invoke: 'doSet', ...quick })
    .retriable('tell', { invoke: 'doSet', ...quick })
    .build(),
  parking: saga<ScriptedLane>('parking', { key })
    .setActivities<ScriptedActivities>()
    .step('one', { invoke: 'doSet', compensate: 'undoSet', ...both, onUnknown: 'park' })
    .step('two', { invoke: 'doSet', compensate: 'undoSet', ...both, independent: true })
    .step('three', { invoke: 'doSet', compensate: 'undoSet', ...both })
    .build(),
  shaping: saga<ScriptedLane>('shaping', { key })
    .setActivities<ScriptedActivities>()
    .step('one', { invoke: 'doSet', compensate: 'undoSet', ...both })
    .step('two', {
      invoke: 'doSet',
      compensate: 'undoSet',
      ...both,
      arg: ({ input, results }) => {
        if (input.on?.shape === 'throw') throw new Error('cannot be shaped')
        return { ...input, saw: results.one.value }
      },
    })
    .build(),
} as const

/** Every saga by its name. */
export const allSagas = { ...sagas, ...shapes } as const
export type SagaName = keyof typeof allSagas
