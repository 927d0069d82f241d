import type { SagaDefinition } from 'saga-core'
import { runSagaBatch, type WorkflowRunOptions } from 'saga-core/workflow'
import type { ScriptedLane } from '../conformance/activities.js'
import { changedSagas } from '../diff/changed-sagas.js'
import { type RecordedSaga, recordedSagas } from './sagas.js'

export { childSaga, guardianSaga, waitingChildSaga } from '../conformance/workflows.js'

/** Replaced in the bundle's text by the name of a change: runs are replayed under the changed definition. */
const change = '%change%'

/** Runs one of the recorded sagas. */
export function conformance(saga: RecordedSaga, lanes: readonly ScriptedLane[], options?: WorkflowRunOptions) {
  const definition = changedSagas[change]?.after ?? recordedSagas[saga]
  return runSagaBatch(definition as SagaDefinition<ScriptedLane>, lanes, options)
}
