import { runSaga } from 'saga-core/workflow'
import { renamedTrip, type Trip } from './trip.saga.js'

export function trip(input: Trip) {
  return runSaga(renamedTrip, input)
}
