import type { EffectModel, Invariant, MatrixOptions, ModelLane } from 'saga-core/testing'
import type { Refund } from '../../src/contract/refund.js'

/** The books of two payments in memory: each of one unit at one price. */
export interface RefundBooks {
  /** Refunds that the provider has paid, each as often as it did. */
  readonly paid: string[]
  /** Refunds that have ended in MySQL. */
  readonly ended: Set<string>
  /** Units in stock, and units that the gate has on sale. */
  stock: number
  gate: number
}

type Lane = ModelLane<Refund>

function refundOf(reservationId: string, kind: Refund['kind']): Refund {
  return { refundId: `R-${reservationId}`, orderId: `O-${reservationId}`, reservationId, voucherId: 7, kind }
}

const [paidOrder, lateMoney] = [refundOf('7-paid', 'ORDER'), refundOf('7-late', 'LATE')]

const effects: { readonly [step: string]: EffectModel<RefundBooks> } = {
  refund: { apply: (books, { key }) => void books.paid.push(key) },
  endRefund: {
    apply(books, { key, arg }: Lane) {
      books.ended.add(key)
      if (arg.kind === 'ORDER') books.stock += 1
    },
  },
  releaseHold: {
    apply(books) {
      books.gate += 1
    },
  },
}

/** A refund that has ended is paid once; a unit is on sale where its order is refunded, and never before it is in stock. */
const booksAgree: Invariant<RefundBooks> = ({ ends, state }) => {
  const completed = ends.filter(({ outcome }) => outcome === 'completed').map(({ key }) => key)
  const units = completed.includes(paidOrder.refundId) ? 1 : 0
  const wrong = [
    ...completed
      .filter((key) => state.paid.filter((one) => one === key).length !== 1)
      .map((key) => `${key} not paid once`),
    ...completed.filter((key) => !state.ended.has(key)).map((key) => `${key} has not ended in MySQL`),
    ...[...state.ended].filter((key) => !state.paid.includes(key)).map((key) => `${key} ended without its money`),
    ...(state.gate > state.stock ? ['the gate sells a unit that is not in stock'] : []),
    ...(units > state.gate ? ['the order is refunded, and its unit is not on sale'] : []),
    ...(state.stock > 1 || state.gate > 1 ? ['a unit came back twice'] : []),
  ]
  return wrong.length === 0 ? undefined : wrong.join('; ')
}

/** The refund saga's world, for its matrix and its explorer; `inputs` come in the order of their faults. */
export function refundModel(inputs: readonly Refund[]): MatrixOptions<Refund, RefundBooks> {
  return {
    inputs,
    state: () => ({ paid: [], ended: new Set(), stock: 0, gate: 0 }),
    effects,
    invariants: [booksAgree],
  }
}

/** A refund of a paid order beside one of late money, each the first once. */
export const refundInputs: readonly (readonly Refund[])[] = [
  [paidOrder, lateMoney],
  [lateMoney, paidOrder],
]
