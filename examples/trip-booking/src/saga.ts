import { saga, typed } from 'saga-core'
import type { TripActivities } from './activities.js'

export interface Trip {
  readonly id: string
  readonly city: string
  /** Epoch milliseconds: until then somebody must have approved it. */
  readonly approveBy: number
}

export interface Approval {
  readonly by: string
}

/** A flight, then hotel and car at the same time, then a person's word. Whatever ends it early cancels what was booked. */
export const tripSaga = saga<Trip>('trip', { key: (trip) => trip.id })
  .activities<TripActivities>()
  .step('flight', { invoke: 'bookFlight', compensate: 'cancelFlight', onUnknown: 'compensate' })
  .parallel({
    hotel: { invoke: 'bookHotel', compensate: 'cancelHotel', onUnknown: 'compensate' },
    car: { invoke: 'bookCar', compensate: 'cancelCar', onUnknown: 'compensate' },
  })
  .wait('approval', { message: typed<Approval>(), deadline: ({ input }) => input.approveBy })
  .build()
