import type { SagaDefinition } from 'saga-core'
import { runSagaBatch, sagaWorkflow, type WorkflowRunOptions } from 'saga-core/workflow'
import type { CarriedRun } from '../../src/engine/carry.js'
import type { ScriptedLane } from '../conformance/activities.js'
import { child } from '../conformance/shapes.js'
import { sagaOf } from './cases.js'

type RunLanes = readonly ScriptedLane[] | CarriedRun

/** Runs one side of a case. */
export function conformance(name: string, lanes: RunLanes, options?: WorkflowRunOptions) {
  return runSagaBatch(sagaOf(name) as SagaDefinition<ScriptedLane>, lanes, options)
}

export const childSaga = sagaWorkflow(child)
export const otherChildSaga = childSaga
