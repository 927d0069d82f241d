import { createCollection, type OrderedRecords } from './collection.js'
import type { Entry } from './entry.js'
import type { Callback, Payment, Refund } from './records.js'
import { allows, type PaymentChange, refundTransitions } from './transitions.js'

/** A change of one payment, made whole or not at all. */
export interface Change {
  /** The change that the table of transitions has to allow; `create` needs `expected` to be absent, `note` keeps the state. */
  readonly verb: PaymentChange | 'create' | 'note'
  /** The record that the caller has read. */
  readonly expected?: Payment
  readonly payment: Payment
  readonly refund?: { readonly expected?: Refund; readonly next: Refund }
  readonly callback?: Callback
}

/** Another change came between the reading of a record and this change, or the table of transitions does not allow it. */
export class ChangeRefused extends Error {
  override readonly name = 'ChangeRefused'
}

/** The records in memory, with their indexes. */
export interface Store {
  payment(id: string): Payment | undefined
  paymentOfKey(key: string): Payment | undefined
  /** The payments with a merchant reference, in the order of their creation. */
  paymentsOf(merchantReference: string): OrderedRecords<Payment>
  /** All payments in the order of their creation, which is also that of `createdAt`. */
  readonly payments: OrderedRecords<Payment>
  refund(id: string): Refund | undefined
  refundOfKey(key: string): Refund | undefined
  refundsOf(paymentId: string): readonly Refund[]
  readonly refunds: OrderedRecords<Refund>
  /** Callbacks that have not ended. */
  pendingCallbacks(): readonly Callback[]
  pendingCallbackCount(): number
  callback(id: string): Callback | undefined
  heldCallbackOf(paymentId: string): Callback | undefined
  /**
   * Compares and sets: the change is made when the records are still those that its caller has read.
   *
   * @returns what the journal has to keep
   * @throws ChangeRefused when another change came in between, or the table of transitions does not allow this one
   */
  change(change: Change): Entry
  /** Takes the records of an entry over as they are. */
  take(entry: Entry): void
  /** The fewest entries from which the store can be made again; what changes while they are read may be in them or not. */
  snapshot(): Iterable<Entry>
  /** How many entries a snapshot has. */
  snapshotSize(): number
}

interface Versioned {
  readonly id: string
  readonly version: number
}

function checkNext(
  what: string,
  current: Versioned | undefined,
  expected: Versioned | undefined,
  next: Versioned,
): void {
  if (current?.version !== expected?.version) {
    throw new ChangeRefused(`${what} ${next.id} has changed since it was read: it has version ${current?.version}.`)
  }
  if (next.version !== (expected?.version ?? 0) + 1) {
    throw new ChangeRefused(`${what} ${next.id} would go from version ${expected?.version} to ${next.version}.`)
  }
}

function isAllowed({ verb, expected, payment }: Change): boolean {
  if (verb === 'create') return expected === undefined && payment.state === 'open'
  if (expected === undefined) return false
  return verb === 'note' ? expected.state === payment.state : allows(verb, expected.state, payment.state)
}

function isRefundAllowed({ refund }: Change): boolean {
  if (refund?.expected === undefined) return true
  return refundTransitions[refund.expected.state].includes(refund.next.state)
}

function entryOf({ payment, refund, callback }: Change): Entry {
  return {
    payment,
    ...(refund === undefined ? {} : { refund: refund.next }),
    ...(callback === undefined ? {} : { callback }),
  }
}

/** Creates an empty store. */
export function createStore(): Store {
  const payments = createCollection<Payment>((one) => one.terms.merchantReference)
  const refunds = createCollection<Refund>((one) => one.paymentId)
  const callbacks = new Map<string, Callback>()
  const heldOfPayment = new Map<string, string>()

  function takeCallback(callback: Callback): void {
    const { id, paymentId } = callback
    const isPending = callback.state === 'pending'
    if (isPending) callbacks.set(id, callback)
    else callbacks.delete(id)
    if (isPending && callback.held) heldOfPayment.set(paymentId, id)
    else if (heldOfPayment.get(paymentId) === id) heldOfPayment.delete(paymentId)
  }

  function take({ payment, refund, callback, progress }: Entry): void {
    if (payment !== undefined) payments.set(payment)
    if (refund !== undefined) refunds.set(refund)
    if (callback !== undefined) takeCallback(callback)
    const known = progress === undefined ? undefined : callbacks.get(progress.id)
    if (known !== undefined) takeCallback({ ...known, ...progress })
  }

  return {
    payment: payments.get,
    paymentOfKey: payments.ofKey,
    paymentsOf: payments.ofGroup,
    payments,
    refund: refunds.get,
    refundOfKey: refunds.ofKey,
    refundsOf(paymentId) {
      const ofPayment = refunds.ofGroup(paymentId)
      return Array.from({ length: ofPayment.length }, (_, place) => ofPayment.at(place))
    },
    refunds,
    pendingCallbacks: () => [...callbacks.values()],
    pendingCallbackCount: () => callbacks.size,
    callback: (id) => callbacks.get(id),
    heldCallbackOf: (paymentId) => callbacks.get(heldOfPayment.get(paymentId) ?? ''),
    change(change) {
      const { verb, expected, payment, refund } = change
      checkNext('Payment', payments.get(payment.id), expected, payment)
      if (refund !== undefined) checkNext('Refund', refunds.get(refund.next.id), refund.expected, refund.next)
      if (!isAllowed(change) || !isRefundAllowed(change)) {
        throw new ChangeRefused(
          `'${verb}' does not take payment ${payment.id} from ${expected?.state} to ${payment.state}.`,
        )
      }
      const entry = entryOf(change)
      take(entry)
      return entry
    },
    take,
    *snapshot() {
      for (const payment of payments.all()) yield { payment }
      for (const refund of refunds.all()) yield { refund }
      for (const callback of callbacks.values()) yield { callback }
    },
    snapshotSize: () => payments.length + refunds.length + callbacks.size,
  }
}
