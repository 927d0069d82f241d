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
  /** Compares with `expected` and sets. @throws ChangeRefused */
  check(change: Change): void
  /** Takes the records of an entry over as they are. */
  take(entry: Entry): void
  /** The fewest entries from which the store can be made again. */
  snapshot(): Iterable<Entry>
}

/** Records in order, each found at its place or by its id. */
export interface OrderedRecords<T> {
  readonly length: number
  /** @throws RangeError when there is no record at that place */
  at(place: number): T
}

interface Collection<T> extends OrderedRecords<T> {
  get(id: string): T | undefined
  ofKey(key: string): T | undefined
  ofGroup(group: string): OrderedRecords<T>
  set(record: T): void
  readonly all: () => Iterable<T>
}

interface Indexed {
  readonly id: string
  readonly idempotencyKey: string
}

function createCollection<T extends Indexed>(groupOf: (record: T) => string): Collection<T> {
  const byId = new Map<string, T>()
  const idOfKey = new Map<string, string>()
  const idsOfGroup = new Map<string, string[]>()
  const order: string[] = []
  const known = (id: string): T => {
    const record = byId.get(id)
    if (record === undefined) throw new RangeError(`There is no record ${id}.`)
    return record
  }
  return {
    get length() {
      return order.length
    },
    at: (place) => known(order[place] ?? ''),
    get: (id) => byId.get(id),
    ofKey: (key) => byId.get(idOfKey.get(key) ?? ''),
    ofGroup(group) {
      const ids = idsOfGroup.get(group) ?? []
      return { length: ids.length, at: (place) => known(ids[place] ?? '') }
    },
    all: () => byId.values(),
    set(record) {
      if (!byId.has(record.id)) {
        order.push(record.id)
        idOfKey.set(record.idempotencyKey, record.id)
        const group = groupOf(record)
        const ids = idsOfGroup.get(group)
        if (ids === undefined) idsOfGroup.set(group, [record.id])
        else ids.push(record.id)
      }
      byId.set(record.id, record)
    },
  }
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

interface Versioned {
  readonly id: string
  readonly version: number
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
    check(change) {
      const { verb, expected, payment, refund } = change
      checkNext('Payment', payments.get(payment.id), expected, payment)
      if (refund !== undefined) checkNext('Refund', refunds.get(refund.next.id), refund.expected, refund.next)
      if (isAllowed(change) && isRefundAllowed(change)) return
      throw new ChangeRefused(
        `'${verb}' does not take payment ${payment.id} from ${expected?.state} to ${payment.state}.`,
      )
    },
    take({ payment, refund, callback, progress }) {
      if (payment !== undefined) payments.set(payment)
      if (refund !== undefined) refunds.set(refund)
      if (callback !== undefined) takeCallback(callback)
      const known = progress === undefined ? undefined : callbacks.get(progress.id)
      if (known !== undefined) takeCallback({ ...known, ...progress })
    },
    *snapshot() {
      for (const payment of payments.all()) yield { payment }
      for (const refund of refunds.all()) yield { refund }
      for (const callback of callbacks.values()) yield { callback }
    },
  }
}
