import { saga, typed } from 'saga-core'
import type { PurchaseActivities } from '../activities/index.js'
import { paymentWait } from '../contract/names.js'
import type { Purchase } from '../contract/purchase.js'

/**
 * Attempts are unlimited: an accepted purchase stays PROCESSING for as long as MySQL or Redis is down. Pauses of at most 5 s keep a short
 * outage short; those of a long one grow to a minute.
 */
const untilAnswered = { startToCloseMs: 15_000, retry: { initialMs: 100, factor: 1.25, maximumMs: 5_000, attempts: 0 } }
const step = { ...untilAnswered, onUnknown: 'compensate' } as const

/** The purchase: from an admitted hold to a paid order. */
export const purchaseSaga = saga<Purchase>('purchase', { key: (lane) => lane.reservationId })
  .setActivities<PurchaseActivities>()
  .owned({ ...untilAnswered, take: 'takeLanes' })
  .adopted('hold', { compensate: 'releaseHold' })
  .step('checkUser', { ...step, invoke: 'checkUser', compensate: 'releaseUserClaim' })
  .step('checkVoucher', { ...step, invoke: 'checkVoucher', compensate: 'releaseVoucherClaim' })
  .step('deductStock', { ...step, invoke: 'deductStock', compensate: 'restoreStock' })
  .step('createOrder', { ...step, invoke: 'createOrder', compensate: 'cancelOrder' })
  .waitingPivot(paymentWait, {
    message: typed<true>(),
    decide: 'decidePayment',
    decision: untilAnswered,
    deadline: ({ results }) => results.createOrder,
  })
  .build()
