import { saga, typed } from 'saga-core'
import type { TripActivities } from './activities.js'
import type { Approval, Trip } from './trip.js'

/** A flight, then hotel and car at the same time, then an approval; every early end cancels the bookings. */
export const tripSaga = saga<Trip>('trip', { key: (trip) => trip.id })
  .activities<TripActivities>()
  .step('flight', { invoke: 'bookFlight', compensate: 'cancelFlight', onUnknown: 'compensate' })
  .parallel({
    hotel: { invoke: 'bookHotel', compensate: 'cancelHotel', onUnknown: 'compensate' },
    car: { invoke: 'bookCar', compensate: 'cancelCar', onUnknown: 'compensate' },
  })
  .wait('approval', { message: typed<Approval>(), deadline: ({ input }) => input.approveBy })
  .build()
