import { runSaga } from 'saga-core/workflow'
import { secondTrip, type Trip } from './trip.saga.js'

export function trip(input: Trip) {
  return runSaga(secondTrip, input)
}
