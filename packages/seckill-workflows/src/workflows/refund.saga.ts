import { saga } from 'saga-core'
import type { RefundActivities } from '../activities/refund/refund-activities.js'
import type { Refund } from '../contract/refund.js'

/** Attempts are unlimited: money that is owed stays owed for as long as the provider, MySQL or Redis is down. */
const untilAnswered = { startToCloseMs: 15_000, retry: { initialMs: 100, factor: 2, maximumMs: 5_000, attempts: 0 } }
/** The provider is asked again after 1 s, 2 s and so on up to a minute. */
const askedAgain = { startToCloseMs: 15_000, retry: { initialMs: 1_000, factor: 2, maximumMs: 60_000, attempts: 0 } }

/** The refund: from captured money of an order to a unit that is back on sale. */
export const refundSaga = saga<Refund>('refund', { key: ({ refundId }) => refundId })
  .activities<RefundActivities>()
  .pivot('refund', { ...askedAgain, invoke: 'refundMoney' })
  .retriable('endRefund', { ...untilAnswered, invoke: 'endRefund' })
  .retriable('releaseHold', {
    ...untilAnswered,
    invoke: 'releaseRefunded',
    when: ({ input }) => input.kind === 'ORDER',
  })
  .build()
