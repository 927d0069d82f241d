import type { SagaDefinition } from 'saga-core'
import type { RecordedSaga } from '../replay/sagas.js'
import { inPlace } from './in-place.js'
import { underVersions } from './under-versions.js'

/** A changed saga, and what sagaDiff has to say of it. */
export interface ChangedSaga {
  readonly saga: RecordedSaga
  readonly after: SagaDefinition
  readonly verdict: 'safe' | 'needs version' | 'forbidden'
  readonly breaks: 'replay' | 'effects' | 'nothing'
}

/** Every change by its name. */
export const changedSagas: Readonly<Record<string, ChangedSaga | undefined>> = { ...inPlace, ...underVersions }
