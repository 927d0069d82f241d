import { setTimeout as delay } from 'node:timers/promises'
import { type OpenOrder, openOrders } from 'seckill-cli/payers'
import type { Bench } from '../bench.js'

const pollMs = 20

/** Waits until so many orders of a voucher await their payment, and returns them. */
export async function untilOrdered(bench: Bench, voucherId: number, count: number): Promise<readonly OpenOrder[]> {
  for (;;) {
    bench.signal.throwIfAborted()
    const orders = await openOrders(bench.db, voucherId)
    if (orders.length === count) return orders
    await delay(pollMs)
  }
}
