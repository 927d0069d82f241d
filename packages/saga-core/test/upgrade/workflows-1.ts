import { runSaga } from 'saga-core/workflow'
import { firstTrip, type Trip } from './trip.saga.js'

export function trip(input: Trip) {
  return runSaga(firstTrip, input)
}
