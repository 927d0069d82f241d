const freshMs = 1_000

/** Reports whether units of a voucher are held by orders that may still close unpaid. */
export type MayReturn = (voucherId: number) => Promise<boolean>

/** Reads at most once a second for each voucher; concurrent calls share one read. */
export function createMayReturn(
  read: (voucherId: number) => Promise<boolean>,
  now: () => number = () => performance.now(),
): MayReturn {
  const known = new Map<number, { readonly readAt: number; readonly answer: Promise<boolean> }>()
  return (voucherId) => {
    const last = known.get(voucherId)
    if (last !== undefined && now() - last.readAt < freshMs) return last.answer
    const answer = read(voucherId)
    known.set(voucherId, { readAt: now(), answer })
    return answer
  }
}
