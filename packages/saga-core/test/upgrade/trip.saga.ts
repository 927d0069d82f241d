import { type LaneCall, saga } from 'saga-core'

/** A trip whose input names its fault, until the world is mended. */
export interface Trip {
  readonly id: string
  /** `hotelDown`: it parks there. `flightStays`: the car is refused, the hotel is undone, the undo of the flight gets stuck. `carHangs`: the car is booked, and its activity does not answer. */
  readonly fate?: 'hotelDown' | 'flightStays' | 'carHangs'
}

export interface TripActivities {
  book(trip: Trip, call: LaneCall): Promise<void>
  undo(trip: Trip | undefined, call: LaneCall): Promise<void>
}

const call = { startToCloseMs: 120_000, retry: { initialMs: 1, factor: 1, maximumMs: 1, attempts: 2 } }
const step = { ...call, invoke: 'book', compensate: 'undo', compensation: call } as const

function key({ id }: Trip) {
  return id
}

/** The version that is deployed first. */
export const firstTrip = saga<Trip>('trip', { key })
  .activities<TripActivities>()
  .step('flight', { ...step, onUnknown: 'compensate' })
  .step('hotel', { ...step, onUnknown: 'park' })
  .step('car', { ...step, onUnknown: 'compensate' })
  .build()

/** A definition that must not be deployed: a step of the first version has another name. */
export const renamedTrip = saga<Trip>('trip', { key })
  .activities<TripActivities>()
  .step('plane', { ...step, onUnknown: 'compensate' })
  .step('hotel', { ...step, onUnknown: 'park' })
  .step('car', { ...step, onUnknown: 'compensate' })
  .build()

/** The version that is deployed next: one step more, and one step less. */
export const secondTrip = saga<Trip>('trip', { key, version: 2 })
  .activities<TripActivities>()
  .step('flight', { ...step, onUnknown: 'compensate' })
  .step('insurance', { ...step, onUnknown: 'compensate', since: 2 })
  .step('hotel', { ...step, onUnknown: 'park' })
  .step('car', { ...step, onUnknown: 'compensate', until: 2 })
  .build()
