import { saga, typed } from 'saga-core'
import { runSagaBatch } from 'saga-core/workflow'
import type { ScriptedActivities, ScriptedLane } from '../conformance/activities.js'

const policy = { startToCloseMs: 20_000, retry: { attempts: 1 } }
const lane = {
  ...policy,
  invoke: 'doLane',
  compensate: 'undoLane',
  compensation: policy,
  onUnknown: 'compensate',
} as const
const message = typed<string>()
const never = Number.POSITIVE_INFINITY

function key({ id }: ScriptedLane) {
  return id
}

/** Sagas whose local steps take longer than their deadlines, or whose timers have a use for a while. */
const sagas = {
  perLane: saga<ScriptedLane>('perLane', { key, deadline: ({ until }) => until ?? never })
    .activities<ScriptedActivities>()
    .step('one', lane)
    .step('two', lane)
    .wait('word', { message })
    .build(),
  approving: saga<ScriptedLane>('approving', { key })
    .activities<ScriptedActivities>()
    .step('one', lane)
    .wait('word', { message, deadline: ({ input }) => input.until ?? never })
    .wait('other', { message })
    .build(),
} as const

/** The workflow of the conformance host. */
export function conformance(name: keyof typeof sagas, lanes: readonly ScriptedLane[]) {
  return runSagaBatch(sagas[name], lanes)
}
