import type { SagaDefinition } from 'saga-core'
import { runSagaBatch } from 'saga-core/workflow'
import type { ScriptedLane } from './activities.js'
import { type SagaName, sagas } from './sagas.js'

/** Runs one of the suite's sagas. */
export const conformance = (saga: SagaName, lanes: readonly ScriptedLane[]) =>
  runSagaBatch(sagas[saga] as SagaDefinition<ScriptedLane>, lanes)
