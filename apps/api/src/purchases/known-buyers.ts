import { createRecentEntries } from '../recent-entries.js'

/** The users whose hold this process has seen, per voucher; past the capacity the least recently used are forgotten. */
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
