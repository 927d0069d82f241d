import type { Promised } from '../src/receipt/index.js'

/** A promise as a 202 would make it. */
export const promised: Promised = {
  traceId: '7-abcdefghijklmnopqrstuvwxyz',
  userId: 42,
  voucherId: 7,
  units: 2,
  priceMinor: 1_980,
  currency: 'CNY',
  termsVersion: 3,
  seq: 11,
  admittedAt: 1_795_000_000_000,
}
