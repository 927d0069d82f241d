import { createRecentEntries } from '../recent-entries.js'

/** The users this process has seen a hold of, per voucher; past the capacity, those not heard of for long are forgotten. */
export interface KnownBuyers {
  has(voucherId: number, userId: number): boolean
  add(voucherId: number, userId: number): void
}

export function createKnownBuyers(capacity: number): KnownBuyers {
  const known = createRecentEntries<string, true>(capacity)
  return {
    has: (voucherId, userId) => known.get(`${voucherId}:${userId}`) ?? false,
    add: (voucherId, userId) => known.set(`${voucherId}:${userId}`, true),
  }
}
