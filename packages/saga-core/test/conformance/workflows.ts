import type { SagaDefinition } from 'saga-core'
import { runSagaBatch, sagaWorkflow, type WorkflowRunOptions } from 'saga-core/workflow'
import type { ScriptedLane } from './activities.js'
import { allSagas, type SagaName } from './sagas.js'
import { childSagas } from './shapes.js'

/** Runs one of the suite's sagas. */
export function conformance(saga: SagaName, lanes: readonly ScriptedLane[], options?: WorkflowRunOptions) {
  return runSagaBatch(allSagas[saga] as SagaDefinition<ScriptedLane>, lanes, {
    ...options,
    continueWith: (carried) => [saga, carried, options],
  })
}

/** A workflow function that keeps what the saga's run throws. */
export async function catching(...args: Parameters<typeof conformance>) {
  try {
    return await conformance(...args)
  } catch (error) {
    return `caught: ${error}`
  }
}

export const childSaga = sagaWorkflow(childSagas.childSaga)
export const waitingChildSaga = sagaWorkflow(childSagas.waitingChildSaga)
export const guardianSaga = sagaWorkflow(childSagas.guardianSaga)
