import { runSaga } from 'saga-core/workflow'
import { type Trip, tripSaga } from './saga.js'

export const bookTrip = (trip: Trip) => runSaga(tripSaga, trip)
