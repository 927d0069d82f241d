import type { Kysely } from 'kysely'
import type { PaymentProvider } from 'seckill-payment'
import type { Gate } from 'seckill-store/gate'
import type { Database } from 'seckill-store/mysql'
import { createEndRefund } from './end-refund.js'
import type { RefundActivities } from './refund-activities.js'
import { createRefundMoney } from './refund-money.js'
import { createReleaseRefunded } from './release-refunded.js'

/** The stores and the provider that the activities use; none may retry by itself, since Temporal retries the activity. */
export interface RefundDependencies {
  readonly db: Kysely<Database>
  readonly gate: Pick<Gate, 'release'>
  readonly provider: Pick<PaymentProvider, 'refund' | 'findRefund'>
}

/** Makes the activities of the refund saga. */
export function createRefundActivities({ db, gate, provider }: RefundDependencies): RefundActivities {
  return {
    refundMoney: createRefundMoney(db, provider),
    endRefund: createEndRefund(db),
    releaseRefunded: createReleaseRefunded(gate),
  }
}
