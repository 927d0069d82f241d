import { type InputSchema, saga } from 'saga-core'
import type { TransferActivities } from './activities.js'

export const bankNames = ['north', 'south'] as const

/** An account is in one of two banks, each with a database of its own. */
export interface Account {
  readonly bank: (typeof bankNames)[number]
  readonly number: string
}

export interface Transfer {
  readonly id: string
  readonly from: Account
  readonly to: Account
  readonly cents: number
}

/** Checked before the first step. Any Standard Schema will do, one of Zod or Valibot for instance. */
const schema: InputSchema<Transfer> = {
  '~standard': {
    validate(value) {
      const transfer = value as Transfer
      const sound = Number.isSafeInteger(transfer.cents) && transfer.cents > 0
      return sound ? { value: transfer } : { issues: [{ message: 'cents is a whole number above 0' }] }
    },
  },
}

/** The credit is the pivot: refused, the debit is taken back; not known, it is asked for again until it is. */
export const transferSaga = saga<Transfer>('transfer', { key: (transfer) => transfer.id, schema })
  .activities<TransferActivities>()
  .step('debit', { invoke: 'debit', compensate: 'creditBack', onUnknown: 'compensate' })
  .pivot('credit', { invoke: 'credit' })
  .build()
