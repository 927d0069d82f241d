/** Places for what a process does at a time, of which one user may hold some. */
export interface Slots {
  /** Takes a slot and returns the function that gives it back; `undefined` when none is left for the user. */
  take(userId: number): (() => void) | undefined
  /** Reports whether no slot is left for any user. */
  isFull(): boolean
}

const shareOfUser = 0.1

export function createSlots(capacity: number, mostOfUser = Math.max(1, Math.floor(capacity * shareOfUser))): Slots {
  const heldBy = new Map<number, number>()
  let held = 0

  const give = (userId: number): void => {
    const left = (heldBy.get(userId) ?? 0) - 1
    held -= 1
    if (left > 0) heldBy.set(userId, left)
    else heldBy.delete(userId)
  }

  return {
    isFull: () => held >= capacity,
    take(userId) {
      const own = heldBy.get(userId) ?? 0
      if (held >= capacity || own >= mostOfUser) return undefined
      held += 1
      heldBy.set(userId, own + 1)
      return () => give(userId)
    },
  }
}
