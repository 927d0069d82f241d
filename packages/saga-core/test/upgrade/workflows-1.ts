import { runSaga } from 'saga-core/workflow'
import { firstTrip, type Trip } from './trip.saga.js'

export const trip = (input: Trip) => runSaga(firstTrip, input)
