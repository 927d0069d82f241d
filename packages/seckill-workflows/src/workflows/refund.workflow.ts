// One run carries one refund: the lanes of a run leave a step together, so that a provider that is silent about one refund would keep
// the units of the others off sale. The refund
//   1. is made by the provider, or parks after five failures     refund (refundMoney)
//   2. ends in MySQL; the order's units are in stock again       endRefund
//   3. gives the hold of a refunded order back to the gate       releaseHold (releaseRefunded)
// A refund of money that came after its order had closed (LATE) has no units to give back.
import { runSaga } from 'saga-core/workflow'
import type { RefundRun } from '../contract/refund.js'
import { refundPlacement } from '../contract/services.js'
import { refundSaga } from './refund.saga.js'

/** Makes one refund, and brings the units of its order back on sale. */
export function refund(
  ...[input, placed = { placement: refundPlacement([]) }]: Parameters<RefundRun>
): ReturnType<RefundRun> {
  return runSaga(refundSaga, input, placed)
}
