import type { VoucherLoop } from './voucher-loop.js'

/** The loops of the vouchers that are served. */
export interface VoucherLoops {
  /** The voucher's loop, started when there is none. */
  of(voucherId: number): VoucherLoop
  /** Stops the loops of all other vouchers. */
  keepOnly(voucherIds: ReadonlySet<number>): Promise<void>
}

export function createVoucherLoops(
  start: (voucherId: number) => VoucherLoop,
  onDropped: (voucherId: number) => void,
): VoucherLoops {
  const loops = new Map<number, VoucherLoop>()

  const drop = async (voucherId: number): Promise<void> => {
    const loop = loops.get(voucherId)
    loops.delete(voucherId)
    onDropped(voucherId)
    await loop?.stop()
  }

  return {
    of(voucherId) {
      const loop = loops.get(voucherId) ?? start(voucherId)
      loops.set(voucherId, loop)
      return loop
    },
    async keepOnly(voucherIds) {
      await Promise.all([...loops.keys()].filter((voucherId) => !voucherIds.has(voucherId)).map(drop))
    },
  }
}
