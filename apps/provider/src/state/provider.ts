import { uuidv7 } from 'uuidv7'
import type { Behaviours } from '../behaviour/behaviours.js'
import type { Journal } from '../journal/journal.js'
import type { Timers } from '../timers.js'
import type { Callback } from './records.js'
import type { Change, Store } from './store.js'

/** What the changes of payments are made with. */
export interface Provider {
  readonly store: Store
  readonly journal: Pick<Journal, 'append' | 'durable'>
  readonly behaviours: Behaviours
  readonly timers: Timers
  /** Most payments and refunds together; one more is refused. */
  readonly maxRecords: number
  now(): number
  /** The address of a payment's page. */
  paymentUrl(paymentId: string): string
  /** Takes a callback over once its change is on disk. */
  deliver(callback: Callback): void
  onChange(change: Change): void
}

/** A new id of a kind of record; ids sort by the time they were made. */
export function newId(kind: 'pay' | 'ref' | 'msg'): string {
  return `${kind}_${uuidv7().replaceAll('-', '')}`
}

/**
 * Makes a change in memory and appends it to the journal. An answer that tells of it waits for `journal.durable`, and so does its callback.
 *
 * @throws ChangeRefused when another change came in between
 */
export function commit({ store, journal, deliver, onChange }: Provider, change: Change): void {
  const { callback } = change
  journal.append(store.change(change))
  onChange(change)
  journal.durable().then(
    () => {
      if (callback?.state === 'pending') deliver(callback)
    },
    // `journal.failed` ends the process.
    () => {},
  )
}
