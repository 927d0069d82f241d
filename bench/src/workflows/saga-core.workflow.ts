import { workflowInfo } from '@temporalio/workflow'
import { saga } from 'saga-core'
import { runSaga } from 'saga-core/workflow'
import type { Purchase } from 'seckill-workflows'
import type { OrderSteps } from '../work/order-steps.js'

const step = { onUnknown: 'compensate' } as const

const purchaseSaga = saga<Purchase>('purchase', { key: (lane) => lane.reservationId })
  .activities<OrderSteps>()
  .step('checkUser', { ...step, invoke: 'checkUser', compensate: 'releaseUserClaim' })
  .step('checkVoucher', { ...step, invoke: 'checkVoucher', compensate: 'releaseVoucherClaim' })
  .step('deductStock', { ...step, invoke: 'deductStock', compensate: 'restoreStock' })
  .step('createOrder', { ...step, invoke: 'createOrder', compensate: 'cancelOrder' })
  .build()

/** The same purchase with saga-core, as it comes: each step a local activity. */
export function sagaCoreLocal(lane: Purchase) {
  return runSaga(purchaseSaga, lane)
}

/** Each step a regular activity. */
export function sagaCoreRegular(lane: Purchase) {
  return runSaga(purchaseSaga, lane, { placement: onOwnQueue() })
}

function onOwnQueue(): Record<string, string> {
  const { taskQueue } = workflowInfo()
  return Object.fromEntries(purchaseSaga.steps.map(({ name }) => [name, taskQueue]))
}
