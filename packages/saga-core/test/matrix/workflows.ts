import { runSagaBatch } from 'saga-core/workflow'
import { type Booking, bookingSaga } from './booking.saga.js'

/** Runs the booking saga. */
export function booking(lanes: readonly Booking[]) {
  return runSagaBatch(bookingSaga, lanes)
}
