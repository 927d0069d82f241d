import type { EffectModel, Invariant, MatrixOptions, ModelLane } from 'saga-core/testing'
import type { Purchase } from '../../src/contract/purchase.js'
import { Refusal } from '../../src/contract/refusals.js'

/** The sale's books in memory: what the gate and each table of MySQL keep about one voucher. */
export interface Books {
  /** Units the gate can still admit. */
  gate: number
  /** Units by reservation. */
  readonly holds: Map<string, number>
  readonly userClaims: Map<string, number>
  claimed: number
  readonly stock: { quantity: number }
  readonly orders: Map<string, 'PENDING_PAYMENT' | 'PAID' | 'CLOSED'>
}

type Lane = ModelLane<Purchase>
const total = 10

/** Lanes of one voucher; the first is the one the faults are aimed at. */
const purchases: readonly Purchase[] = [1, 2].map((userId) => ({
  reservationId: `7-lane${userId}`,
  voucherId: 7,
  userId,
  quantity: userId,
  seq: userId,
  admittedAt: 0,
  termsVersion: 1,
  keyDigest: '',
}))

const units = purchases.reduce((sum, { quantity }) => sum + quantity, 0)

/** The books as they are when the lanes have been admitted. */
function admitted(): Books {
  return {
    gate: total - units,
    holds: new Map(purchases.map(({ reservationId, quantity }) => [reservationId, quantity])),
    userClaims: new Map(),
    claimed: 0,
    stock: { quantity: total },
    orders: new Map(),
  }
}

const effects: { readonly [step: string]: EffectModel<Books> } = {
  hold: {
    undo(books, { key, arg }: Lane) {
      books.gate += arg.quantity
      books.holds.delete(key)
    },
  },
  checkUser: {
    apply: (books, { key, arg }: Lane) => void books.userClaims.set(key, arg.quantity),
    undo: (books, { key }) => void books.userClaims.delete(key),
  },
  checkVoucher: {
    apply(books, { arg }: Lane) {
      books.claimed += arg.quantity
    },
    undo(books, { arg }: Lane) {
      books.claimed -= arg.quantity
    },
  },
  deductStock: {
    refuses: ({ stock }, { arg }: Lane) => (stock.quantity < arg.quantity ? Refusal.SoldOut : undefined),
    apply({ stock }, { arg }: Lane) {
      stock.quantity -= arg.quantity
    },
    undo({ stock }, { arg }: Lane) {
      stock.quantity += arg.quantity
    },
  },
  createOrder: {
    // Without a result the wait has no deadline, which the virtual clock would pass before the message comes.
    apply: (books, { key }) => void books.orders.set(key, 'PENDING_PAYMENT'),
    undo: (books, { key }) => void books.orders.set(key, 'CLOSED'),
  },
  payment: { apply: (books, { key }) => void books.orders.set(key, 'PAID') },
}

/** A unit is sold to a lane that completed, or back where it came from; every number agrees with the orders. */
const booksAgree: Invariant<Books> = ({ ends, state }) => {
  const sold = ends.filter(({ outcome }) => outcome === 'completed' || outcome === 'duplicate').map(({ key }) => key)
  const held = sum(
    purchases.filter(({ reservationId }) => sold.includes(reservationId)).map(({ quantity }) => quantity),
  )
  const ordered = purchases.filter(({ reservationId }) => state.orders.get(reservationId) === 'PAID')
  const orderedUnits = sum(ordered.map(({ quantity }) => quantity))
  const found = {
    gate: state.gate,
    holds: sum([...state.holds.values()]),
    claimed: state.claimed,
    userClaims: sum([...state.userClaims.values()]),
    stock: state.stock.quantity,
  }
  const expected = {
    gate: total - held,
    holds: held,
    claimed: orderedUnits,
    userClaims: orderedUnits,
    stock: total - orderedUnits,
  }
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)]
  return one === other ? undefined : `the books are ${one}, the outcomes say ${other}`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => one + other, 0)
}

/** The purchase saga's world, for its matrix and its explorer. */
export const purchaseModel: MatrixOptions<Purchase, Books> = {
  inputs: purchases,
  state: admitted,
  effects,
  invariants: [booksAgree],
  messages: { payment: true },
}
