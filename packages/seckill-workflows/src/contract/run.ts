import type { Columns, SagaReport } from 'saga-core'
import type { Purchase } from './purchase.js'

/** A purchase run's signature: its one argument is `toColumns(lanes)`, all lanes of one voucher; its workflow id is the run id. */
export type PurchaseRun = (lanes: Columns<Purchase>) => Promise<SagaReport>
