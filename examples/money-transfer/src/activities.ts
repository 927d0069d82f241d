import type { Transaction } from 'kysely'
import type { LaneCall } from 'saga-core'
import { refuse } from 'saga-core/activity'
import { withLaneBarrier } from 'saga-core/kysely'
import type { BankDatabase, Banks } from './banks.js'
import type { Transfer } from './transfer.js'

export type TransferActivities = ReturnType<typeof createActivities>

/** Each write is in one transaction with its barrier row, so it happens once, however often and late its attempts arrive. */
export function createActivities(banks: Banks) {
  return {
    debit: ({ from, cents }: Transfer, call: LaneCall) =>
      withLaneBarrier(banks[from.bank], call, async (trx) => {
        if (!(await add(trx, from.number, -cents))) throw refuse('INSUFFICIENT_FUNDS')
      }),
    creditBack: ({ from, cents }: Transfer, call: LaneCall) =>
      withLaneBarrier(banks[from.bank], call, async (trx) => {
        await add(trx, from.number, cents)
      }),
    credit: ({ to, cents }: Transfer, call: LaneCall) =>
      withLaneBarrier(banks[to.bank], call, async (trx) => {
        if (!(await add(trx, to.number, cents))) throw refuse('NO_SUCH_ACCOUNT')
      }),
  }
}

/** Reports whether the account exists and stays at or above zero. */
async function add(trx: Transaction<BankDatabase>, number: string, cents: number): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('accounts')
    .set((account) => ({ cents: account('cents', '+', cents) }))
    .where('number', '=', number)
    .where('cents', '>=', -cents)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}
