import type { AdmittedLane } from 'seckill-store/gate'

/** One lane of the purchase saga is one admission of the gate; its key is the reservation id, the shopper's traceId. */
export type Purchase = AdmittedLane
