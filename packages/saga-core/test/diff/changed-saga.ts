import type { SagaDefinition } from 'saga-core'
import type { RecordedSaga } from '../replay/sagas.js'

/** A changed saga, and the verdict that sagaDiff must give. */
export interface ChangedSaga {
  readonly saga: RecordedSaga
  readonly after: SagaDefinition
  readonly verdict: 'safe' | 'needs version' | 'forbidden'
  readonly breaks: 'replay' | 'effects' | 'nothing'
}
