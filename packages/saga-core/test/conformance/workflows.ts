import type { SagaDefinition } from 'saga-core'
import { runSagaBatch, sagaWorkflow, type WorkflowRunOptions } from 'saga-core/workflow'
import type { ScriptedLane } from './activities.js'
import { allSagas, type SagaName } from './sagas.js'
import { child } from './shapes.js'

/** Runs one of the suite's sagas. */
export const conformance = (saga: SagaName, lanes: readonly ScriptedLane[], options?: WorkflowRunOptions) =>
  runSagaBatch(allSagas[saga] as SagaDefinition<ScriptedLane>, lanes, {
    ...options,
    continueWith: (carried) => [saga, carried, options],
  })

/** The child of the saga `parent`. */
export const childSaga = sagaWorkflow(child)
