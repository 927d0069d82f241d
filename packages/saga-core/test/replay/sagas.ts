import { saga } from 'saga-core'
import type { ScriptedActivities, ScriptedLane } from '../conformance/activities.js'
import { allSagas } from '../conformance/sagas.js'

function key({ id }: ScriptedLane) {
  return id
}

const once = { initialMs: 1, factor: 1, maximumMs: 1, attempts: 2 }
/** Pauses over the worker's local retry threshold become timers in history. */
const slow = { startToCloseMs: 5_000, retry: { initialMs: 1_200, factor: 1, maximumMs: 1_200, attempts: 3 } }
const undo = {
  compensate: 'undoSet',
  compensation: { startToCloseMs: 1_000, retry: once },
  onUnknown: 'compensate',
} as const

/** The sagas whose runs are recorded: those of the conformance suite, and further ones. */
export const recordedSagas = {
  ...allSagas,
  patient: saga<ScriptedLane>('patient', { key })
    .setActivities<ScriptedActivities>()
    .step('one', { invoke: 'doSet', ...slow, ...undo })
    .step('two', { invoke: 'doSet', ...slow, ...undo })
    .build(),
  /** Its compensations have names of their own in history. */
  mixed: saga<ScriptedLane>('mixed', { key })
    .setActivities<ScriptedActivities>()
    .step('one', { invoke: 'doSet', retry: once, ...undo })
    .activities<ScriptedActivities>()
    .step('two', { invoke: 'doLane', retry: once, ...undo, compensate: 'undoLane' })
    .step('three', { invoke: 'doLane', retry: once, ...undo, compensate: 'undoLane' })
    .build(),
  doubtful: saga<ScriptedLane>('doubtful', { key })
    .activities<ScriptedActivities>()
    .step('one', { invoke: 'doLane', compensate: 'undoLane', onUnknown: 'compensate', retry: once })
    .step('two', { invoke: 'doLane', compensate: 'undoLane', onUnknown: 'park', retry: once })
    .step('three', { invoke: 'doLane', retry: once })
    .build(),
} as const

export type RecordedSaga = keyof typeof recordedSagas
