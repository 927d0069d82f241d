import type { Columns, SagaReport } from 'saga-core'
import type { Purchase } from './purchase.js'
import type { Placed } from './services.js'

/**
 * A purchase run's signature: its first argument is `toColumns(lanes)`, all lanes of one voucher; its workflow id is the run id. A run of
 * services that are apart is told where.
 */
export type PurchaseRun = (lanes: Columns<Purchase>, placed?: Placed) => Promise<SagaReport>
