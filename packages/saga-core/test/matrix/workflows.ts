import { runSagaBatch } from 'saga-core/workflow'
import { type Booking, bookingSaga } from './booking.saga.js'

/** Runs the booking saga. */
export const booking = (lanes: readonly Booking[]) => runSagaBatch(bookingSaga, lanes)
