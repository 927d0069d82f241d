import type { LaneActivity } from 'saga-core'
import type { Refund } from '../../contract/refund.js'

/** The activities of the refund saga by name; each is called for one refund. */
export interface RefundActivities {
  refundMoney: LaneActivity<Refund, void>
  endRefund: LaneActivity<Refund, void>
  releaseRefunded: LaneActivity<Refund, void>
}
