import type { Kysely } from 'kysely'
import type { Gate } from 'seckill-store/gate'
import type { Database } from 'seckill-store/mysql'
import type { StepService } from '../contract/services.js'
import type { PaymentOptions } from './close-at-provider.js'
import { createHoldActivities } from './hold.js'
import { createOrderActivities } from './order.js'
import { createOwnershipActivities } from './ownership.js'
import { createPaymentActivities } from './payment.js'
import { createRefundMoney } from './refund/refund-money.js'
import { createStockActivities } from './stock.js'
import { createUserActivities } from './user.js'
import { createVoucherActivities } from './voucher.js'

/** The database, with the account of the service. */
interface Own {
  readonly db: Kysely<Database>
}

/** The activities of each service that runs apart, made of what its steps need. */
export const serviceActivities = {
  user: ({ db }: Own) => createUserActivities(db),
  voucher: ({ db }: Own) => createVoucherActivities(db),
  stock: ({ db }: Own) => createStockActivities(db),
  order: ({ db, gate }: Own & { readonly gate: Pick<Gate, 'secure' | 'release'> }) => ({
    ...createOwnershipActivities(db, gate),
    ...createHoldActivities(db, gate),
    ...createOrderActivities(db),
  }),
  payment: ({ db, payment }: Own & { readonly payment: PaymentOptions }) => ({
    ...createPaymentActivities(db, payment),
    refundMoney: createRefundMoney(db, payment.provider),
  }),
} as const satisfies Record<StepService, unknown>
