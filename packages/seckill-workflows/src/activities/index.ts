import type { Kysely } from 'kysely'
import type { SetWiseActivity } from 'saga-core'
import type { Gate } from 'seckill-store/gate'
import type { Database } from 'seckill-store/mysql'
import type { Purchase } from '../contract/purchase.js'
import { createHoldActivities } from './hold.js'
import { createOrderActivities } from './order.js'
import { createOwnershipActivities } from './ownership.js'
import { createStockActivities } from './stock.js'
import { createUserActivities } from './user.js'
import { createVoucherActivities } from './voucher.js'

export { type CampaignActivities, type CampaignDependencies, createCampaignActivities } from './campaign/index.js'

/** The stores the activities use; neither may retry by itself, since Temporal retries the activity. */
export interface ActivityDependencies {
  readonly db: Kysely<Database>
  readonly gate: Pick<Gate, 'secure' | 'release'>
}

type PurchaseActivity = SetWiseActivity<Purchase, undefined>

/** The activities of the purchase saga by name; each takes the lanes of one run and answers every one of them. */
export interface PurchaseActivities {
  takeLanes: PurchaseActivity
  releaseHold: PurchaseActivity
  checkUser: PurchaseActivity
  releaseUserClaim: PurchaseActivity
  checkVoucher: PurchaseActivity
  releaseVoucherClaim: PurchaseActivity
  deductStock: PurchaseActivity
  restoreStock: PurchaseActivity
  createOrder: PurchaseActivity
  cancelOrder: PurchaseActivity
}

/**
 * Makes the activities a worker registers.
 *
 * @example
 * await Worker.create({ taskQueue: purchaseTaskQueue, activities: createActivities({ db, gate }), … })
 */
export function createActivities({ db, gate }: ActivityDependencies): PurchaseActivities {
  return {
    ...createOwnershipActivities(db, gate),
    ...createHoldActivities(db, gate),
    ...createUserActivities(db),
    ...createVoucherActivities(db),
    ...createStockActivities(db),
    ...createOrderActivities(db),
  }
}
