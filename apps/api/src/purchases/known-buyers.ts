import type { BuyersEnd, Gate } from 'seckill-store/gate'

const usersPerRead = 5_000
/** Users of all vouchers together: about 50 MB. */
const defaultCapacity = 1_000_000

/** The users who were admitted for vouchers that sold out, by any process. Those whose units were released since may be among them. */
export interface KnownBuyers {
  /** Reports whether all buyers of the voucher were read and the user is none of them; `false` where they are not known. */
  isNewcomer(voucherId: number, userId: number): boolean
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
  /** `false` until the last page was read once. */
  isWhole: boolean
  /** Readings of a voucher follow each other, so that none goes back behind another one. */
  last: Promise<boolean>
  /** The reading that has not begun yet; calls meanwhile share it. */
  next: Promise<boolean> | undefined
}

export function createKnownBuyers(gate: Pick<Gate, 'buyers'>, capacity = defaultCapacity): KnownBuyers {
  /** The voucher that was read last is the last one. */
  const known = new Map<number, Known>()

  const makeRoom = (): void => {
    let total = [...known.values()].reduce((sum, { users }) => sum + users.size, 0)
    for (const [voucherId, { users }] of known) {
      if (total <= capacity) return
      known.delete(voucherId)
      total -= users.size
    }
  }

  const readPages = async (voucherId: number, one: Known): Promise<boolean> => {
    for (;;) {
      const page = await gate.buyers({ voucherId, after: one.end, most: usersPerRead })
      if (page === null) return false
      for (const userId of page.userIds) one.users.add(userId)
      one.end = page.end
      makeRoom()
      // Another voucher's reading may have forgotten this one meanwhile.
      if (known.get(voucherId) !== one) return false
      if (page.userIds.length < usersPerRead) break
    }
    one.isWhole = true
    return true
  }

  const touch = (voucherId: number): Known => {
    const one = known.get(voucherId) ?? newlyKnown()
    known.delete(voucherId)
    known.set(voucherId, one)
    return one
  }

  return {
    isNewcomer(voucherId, userId) {
      const one = known.get(voucherId)
      return one?.isWhole === true && !one.users.has(userId)
    },
    add: (voucherId, userId) => void known.get(voucherId)?.users.add(userId),
    readNew(voucherId) {
      const one = touch(voucherId)
      const read = (): Promise<boolean> => {
        one.next = undefined
        return readPages(voucherId, one)
      }
      one.next ??= one.last.then(read, read)
      one.last = one.next
      return one.next
    },
  }
}

function newlyKnown(): Known {
  return { users: new Set(), end: undefined, isWhole: false, last: Promise.resolve(true), next: undefined }
}
