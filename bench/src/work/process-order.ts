import type { Purchase } from 'seckill-workflows'
import { OrderRefused, type OrderSteps } from './order-steps.js'

/**
 * The four steps of one order, one after the other; what was done is undone in reverse when one is refused. This is all
 * the saga a queue consumer has: a crash or an outage in the middle is left to redelivery and the barrier rows.
 */
export async function processOrder(steps: OrderSteps, lane: Purchase): Promise<void> {
  const compensations: (() => Promise<void>)[] = []
  try {
    compensations.unshift(() => steps.releaseUserClaim(lane))
    await steps.checkUser(lane)
    compensations.unshift(() => steps.releaseVoucherClaim(lane))
    await steps.checkVoucher(lane)
    compensations.unshift(() => steps.restoreStock(lane))
    await steps.deductStock(lane)
    compensations.unshift(() => steps.cancelOrder(lane))
    await steps.createOrder(lane)
  } catch (error) {
    if (error instanceof OrderRefused) for (const compensate of compensations) await compensate()
    throw error
  }
}
