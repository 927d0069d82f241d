import type { ChangedSaga } from './changed-saga.js'
import { inPlace } from './in-place.js'
import { underVersions } from './under-versions.js'

/** Every change by its name. */
export const changedSagas: Readonly<Record<string, ChangedSaga | undefined>> = { ...inPlace, ...underVersions }
