// One run carries the admitted lanes of one voucher; each lane
//   0. belongs to this run, or to another one and ends here     takeLanes
//   1. is a user who may buy that much                          checkUser     ⇄ releaseUserClaim
//   2. of a voucher on sale, at the price it was admitted at    checkVoucher  ⇄ releaseVoucherClaim
//   3. gets its units                                           deductStock   ⇄ restoreStock
//   4. becomes an order that awaits payment                     createOrder   ⇄ cancelOrder
//   5. is paid in time, or closed                               payment (decidePayment)
// A lane that is rolled back gives its hold back to the gate last (releaseHold). Lanes never stop each other.
import { runSagaBatch } from 'saga-core/workflow'
import type { PurchaseRun } from '../contract/run.js'
import { purchaseSaga } from './purchase.saga.js'

/** Takes one run's lanes from admitted holds to paid orders; its result names the outcome of each lane. */
export function purchase(...[lanes, placed]: Parameters<PurchaseRun>): ReturnType<PurchaseRun> {
  return runSagaBatch(purchaseSaga, lanes, placed)
}
