import type { SagaDefinition } from 'saga-core'
import { type RecordedSaga, recordedSagas } from '../replay/sagas.js'

/** A recorded saga as data. */
export const recordedSaga = (saga: RecordedSaga): SagaDefinition => recordedSagas[saga] as unknown as SagaDefinition
