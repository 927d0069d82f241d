import { saga, typed } from 'saga-core'
import { runSagaBatch } from 'saga-core/workflow'
import type { ScriptedActivities, ScriptedLane } from '../conformance/activities.js'

const quick = { startToCloseMs: 5_000, retry: { initialMs: 1, factor: 1, maximumMs: 1, attempts: 3 } }
const lane = {
  ...quick,
  invoke: 'doLane',
  compensate: 'undoLane',
  compensation: quick,
  onUnknown: 'compensate',
} as const

/** Lanes that go on side by side, forward and backward, each at its own pace, against a deadline. */
const racing = saga<ScriptedLane>('racing', { key: ({ id }) => id, deadline: ({ until }) => until ?? 0 })
  .activities<ScriptedActivities>()
  .step('one', lane)
  .wait('word', { message: typed<string>() })
  .step('two', lane)
  .parallel({ left: lane, right: lane })
  .stepWhen('sometimes', ({ key }) => key > 'c', lane)
  .step('three', lane)
  .build()

/** The workflow of the conformance host; it runs the racing saga under every name. */
export function conformance(_saga: string, lanes: readonly ScriptedLane[]) {
  return runSagaBatch(racing, lanes)
}
