import { saga } from 'saga-core'

export interface Transfer {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly amount: number
}

export interface TransferActivities {
  debit(transfer: Transfer): Promise<{ readonly left: number }>
  undoDebit(transfer: Transfer): Promise<void>
  credit(transfer: Transfer): Promise<void>
  undoCredit(transfer: Transfer): Promise<void>
}

export const transferSaga = saga<Transfer>('transfer', { key: ({ id }) => id })
  .activities<TransferActivities>()
  .step('debit', { invoke: 'debit', compensate: 'undoDebit', onUnknown: 'compensate' })
  .step('credit', {
    invoke: 'credit',
    compensate: 'undoCredit',
    onUnknown: 'compensate',
    retry: { attempts: 2, initialMs: 10 },
  })
  .build()
