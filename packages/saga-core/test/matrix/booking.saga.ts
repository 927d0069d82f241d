import { type SetWiseActivity, saga } from 'saga-core'

/** One booking. */
export interface Booking {
  readonly id: string
}

type Activity = SetWiseActivity<Booking, undefined>
type Step = 'reserve' | 'hold' | 'charge' | 'issue'
type BookingActivities = Record<Step | `${Step}Undo` | 'release' | 'pay' | 'tell', Activity>

const quick = { startToCloseMs: 1_000 }
const step = { ...quick, compensation: quick, onUnknown: 'compensate' } as const

/** A saga of the purchase's size, with a pivot and a step after it. */
export const bookingSaga = saga<Booking>('booking', { key: ({ id }) => id })
  .setActivities<BookingActivities>()
  .adopted('ticket', { compensate: 'release', compensation: quick })
  .step('reserve', { invoke: 'reserve', compensate: 'reserveUndo', ...step })
  .step('hold', { invoke: 'hold', compensate: 'holdUndo', ...step })
  .step('charge', { invoke: 'charge', compensate: 'chargeUndo', ...step })
  .step('issue', { invoke: 'issue', compensate: 'issueUndo', ...step })
  .pivot('pay', { invoke: 'pay', ...quick })
  .retriable('tell', { invoke: 'tell', ...quick })
  .build()
