import type { Kysely } from 'kysely'
import type { SetWiseActivity } from 'saga-core'
import type { Gate } from 'seckill-store/gate'
import type { Database } from 'seckill-store/mysql'
import type { Purchase } from '../contract/purchase.js'
import type { PaymentOptions } from './close-at-provider.js'
import { createHoldActivities } from './hold.js'
import { createOrderActivities } from './order.js'
import { createOwnershipActivities } from './ownership.js'
import { createPaymentActivities } from './payment.js'
import { createStockActivities } from './stock.js'
import { createUserActivities } from './user.js'
import { createVoucherActivities } from './voucher.js'

export { type CampaignActivities, type CampaignDependencies, createCampaignActivities } from './campaign/index.js'
export { createReconcileActivities, type ReconcileDependencies } from './reconcile/index.js'
export { createRefundActivities } from './refund/index.js'
export { serviceActivities } from './service-activities.js'

/** The stores the activities use; neither may retry by itself, since Temporal retries the activity. */
export interface SellingDependencies {
  readonly db: Kysely<Database>
  readonly gate: Pick<Gate, 'secure' | 'release'>
}

/** The stores, and the payment provider. */
export interface ActivityDependencies extends SellingDependencies {
  readonly payment: PaymentOptions
}

type PurchaseActivity = SetWiseActivity<Purchase, undefined>

/** The activities of the purchase saga up to the order; each takes the lanes of one run and answers every one of them. */
export interface SellingActivities {
  takeLanes: PurchaseActivity
  releaseHold: PurchaseActivity
  checkUser: PurchaseActivity
  releaseUserClaim: PurchaseActivity
  checkVoucher: PurchaseActivity
  releaseVoucherClaim: PurchaseActivity
  deductStock: PurchaseActivity
  restoreStock: PurchaseActivity
  /** Its result is the end of the time to pay, in epoch milliseconds. */
  createOrder: SetWiseActivity<Purchase, number>
  cancelOrder: SetWiseActivity<Purchase, number>
}

/** The activities of the purchase saga by name. */
export interface PurchaseActivities extends SellingActivities {
  decidePayment: SetWiseActivity<Purchase, true>
}

/** Makes the activities up to the order. */
export function createSellingActivities({ db, gate }: SellingDependencies): SellingActivities {
  return {
    ...createOwnershipActivities(db, gate),
    ...createHoldActivities(db, gate),
    ...createUserActivities(db),
    ...createVoucherActivities(db),
    ...createStockActivities(db),
    ...createOrderActivities(db),
  }
}

/**
 * Makes the activities a worker registers.
 *
 * @example
 * await Worker.create({ taskQueue: purchaseTaskQueue, activities: createActivities({ db, gate, payment }), … })
 */
export function createActivities({ payment, ...stores }: ActivityDependencies): PurchaseActivities {
  return { ...createSellingActivities(stores), ...createPaymentActivities(stores.db, payment) }
}
