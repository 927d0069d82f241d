import type { LaneCall, UndoCall } from 'saga-core'
import { refuse, stepFenced } from 'saga-core/activity'
import type { Booking, Supplier, Suppliers } from './suppliers.js'
import type { Trip } from './trip.js'

export type TripActivities = ReturnType<typeof createActivities>

export function createActivities({ airline, hotel, cars }: Suppliers) {
  return {
    bookFlight: (_: Trip, call: LaneCall) => book(airline, call),
    cancelFlight: (_: Trip, call: UndoCall) => airline.cancel(call.actionKey),
    bookHotel: (_: Trip, call: LaneCall) => book(hotel, call),
    cancelHotel: (_: Trip, call: UndoCall) => hotel.cancel(call.actionKey),
    bookCar: (_: Trip, call: LaneCall) => book(cars, call),
    cancelCar: (_: Trip, call: UndoCall) => cars.cancel(call.actionKey),
  }
}

/** Every attempt has the same idempotency key, so all attempts make one booking. */
async function book(supplier: Supplier, call: LaneCall): Promise<Booking> {
  const answer = await supplier.book(call.idempotencyKey)
  if (answer === 'full') throw refuse('SOLD_OUT', { supplier: supplier.name })
  if (answer === 'cancelled') throw stepFenced(call.step)
  return answer
}
