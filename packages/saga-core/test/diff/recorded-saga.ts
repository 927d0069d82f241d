import type { SagaDefinition } from 'saga-core'
import { type RecordedSaga, recordedSagas } from '../replay/sagas.js'

/** A recorded saga as data. */
export function recordedSaga(saga: RecordedSaga): SagaDefinition {
  return recordedSagas[saga] as unknown as SagaDefinition
}
