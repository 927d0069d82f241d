// The purchase as samples-typescript writes a saga: compensations collected as the steps begin, run in reverse by a catch.
import { CancellationScope, proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import type { Purchase } from 'seckill-workflows'
import type { OrderSteps } from '../work/order-steps.js'

const retry = { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '5s', maximumAttempts: 10 } as const
const options = { startToCloseTimeout: '15s', retry } as const

const regular = proxyActivities<OrderSteps>(options)
const local = proxyLocalActivities<OrderSteps>({ ...options, localRetryThreshold: '1s' })

/** Each step an activity of its own. */
export function handWrittenRegular(lane: Purchase): Promise<void> {
  return purchase(regular, lane)
}

/** Each step a local activity. */
export function handWrittenLocal(lane: Purchase): Promise<void> {
  return purchase(local, lane)
}

async function purchase(steps: OrderSteps, lane: Purchase): Promise<void> {
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
    await CancellationScope.nonCancellable(async () => {
      for (const compensate of compensations) await compensate()
    })
    throw error
  }
}
