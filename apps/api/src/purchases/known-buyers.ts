/** The users this process has seen a hold of, per voucher; the oldest are forgotten past the capacity. */
export interface KnownBuyers {
  has(voucherId: number, userId: number): boolean
  add(voucherId: number, userId: number): void
}

export const createKnownBuyers = (capacity: number): KnownBuyers => {
  const known = new Set<string>()
  return {
    has: (voucherId, userId) => known.has(`${voucherId}:${userId}`),
    add(voucherId, userId) {
      known.add(`${voucherId}:${userId}`)
      if (known.size <= capacity) return
      const [oldest] = known
      if (oldest !== undefined) known.delete(oldest)
    },
  }
}
