import type { SagaOutcome } from 'saga-core/workflow'
import type { RefundToMake } from 'seckill-store/mysql'
import type { Placed } from './services.js'

/** One lane of the refund saga is one refund; its key is the refund's id. */
export type Refund = RefundToMake

/** A refund run's signature; its workflow id is `refundRunPrefix` and the refund's id, so that a refund has one run. */
export type RefundRun = (refund: Refund, placed?: Placed) => Promise<SagaOutcome<unknown>>
