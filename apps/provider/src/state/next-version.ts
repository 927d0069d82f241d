import type { Payment, Refund } from './records.js'

/** The next version of a record, with changes; its time does not go back when the clock does. */
export function nextVersion<T extends Payment | Refund>(record: T, now: number, changes: Partial<T>): T {
  return { ...record, ...changes, version: record.version + 1, updatedAt: Math.max(now, record.updatedAt) }
}
