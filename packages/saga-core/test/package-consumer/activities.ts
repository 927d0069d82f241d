import { refuse } from 'saga-core/activity'
import type { TransferActivities } from './transfer.js'

/** Accounts and their changes; each change is made once, by one of its attempts. */
export function openBank(balances: Readonly<Record<string, number>>) {
  const accounts = new Map(Object.entries(balances))
  const happened: string[] = []
  function change(what: string, account: string, amount: number): number {
    const left = (accounts.get(account) ?? 0) + amount
    if (happened.includes(what)) return left - amount
    happened.push(what)
    accounts.set(account, left)
    return left
  }
  const activities: TransferActivities = {
    async debit({ from, amount }) {
      if ((accounts.get(from) ?? 0) < amount) throw refuse('INSUFFICIENT_FUNDS')
      return { left: change('debit', from, -amount) }
    },
    async undoDebit({ from, amount }) {
      change('undo debit', from, amount)
    },
    async credit({ to, amount }) {
      change('credit', to, amount)
      if (to === 'unreachable') throw new Error('the bank took the money and never answered')
    },
    async undoCredit({ to, amount }) {
      change('undo credit', to, -amount)
    },
  }
  return { activities, happened, balances: () => Object.fromEntries(accounts) }
}
