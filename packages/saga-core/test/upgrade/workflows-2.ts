import { runSaga } from 'saga-core/workflow'
import { secondTrip, type Trip } from './trip.saga.js'

export const trip = (input: Trip) => runSaga(secondTrip, input)
