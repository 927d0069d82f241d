import { type InputSchema, saga } from 'saga-core'
import type { TransferActivities } from './activities.js'
import type { Transfer } from './transfer.js'

/** The check before the first step; any Standard Schema, such as one of Zod or Valibot, can take its place. */
const schema: InputSchema<Transfer> = {
  '~standard': {
    validate(value) {
      const transfer = value as Transfer
      const sound = Number.isSafeInteger(transfer.cents) && transfer.cents > 0
      return sound ? { value: transfer } : { issues: [{ message: 'cents is a whole number above 0' }] }
    },
  },
}

/** The credit is the pivot: a refusal rolls the debit back; an unknown answer is asked for again until it is known. */
export const transferSaga = saga<Transfer>('transfer', { key: (transfer) => transfer.id, schema })
  .activities<TransferActivities>()
  .step('debit', { invoke: 'debit', compensate: 'creditBack', onUnknown: 'compensate' })
  .pivot('credit', { invoke: 'credit' })
  .build()
