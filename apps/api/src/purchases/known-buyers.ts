import type { BuyersEnd, Gate } from 'seckill-store/gate'

const usersPerRead = 5_000
/** Users of all vouchers together: about 50 MB. */
const defaultCapacity = 1_000_000

/** The users who were admitted for vouchers that sold out, by any process. Those whose units were released since may be among them. */
export interface KnownBuyers {
  has(voucherId: number, userId: number): boolean
  /** Adds a user whom this process admitted. */
  add(voucherId: number, userId: number): void
  /**
   * Reads who was admitted since the last reading; reports whether all are known now: not while the gate is recovering, nor where they
   * are too many.
   * @throws the error of the gate
   */
  readNew(voucherId: number): Promise<boolean>
}

interface Known {
  readonly users: Set<number>
  end: BuyersEnd | undefined
  /** Readings of a voucher follow each other, so that none goes back behind another one. */
  reading: Promise<boolean>
}

export function createKnownBuyers(gate: Pick<Gate, 'buyers'>, capacity = defaultCapacity): KnownBuyers {
  /** The voucher that was read last is the last one. */
  const known = new Map<number, Known>()

  const makeRoom = (): boolean => {
    let total = [...known.values()].reduce((sum, { users }) => sum + users.size, 0)
    for (const [voucherId, { users }] of known) {
      if (total <= capacity) break
      known.delete(voucherId)
      total -= users.size
    }
    return known.size > 0
  }

  const readPages = async (voucherId: number, one: Known): Promise<boolean> => {
    for (;;) {
      const page = await gate.buyers({ voucherId, after: one.end, most: usersPerRead })
      if (page === null) return false
      for (const userId of page.userIds) one.users.add(userId)
      one.end = page.end
      if (!makeRoom()) return false
      if (page.userIds.length < usersPerRead) return true
    }
  }

  return {
    has: (voucherId, userId) => known.get(voucherId)?.users.has(userId) ?? false,
    add: (voucherId, userId) => void known.get(voucherId)?.users.add(userId),
    readNew(voucherId) {
      const one: Known = known.get(voucherId) ?? { users: new Set(), end: undefined, reading: Promise.resolve(true) }
      known.delete(voucherId)
      known.set(voucherId, one)
      const read = (): Promise<boolean> => readPages(voucherId, one)
      one.reading = one.reading.then(read, read)
      return one.reading
    },
  }
}
