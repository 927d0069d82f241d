/** Orders that a per-order contender works on at a time. */
export const ordersInFlight = 64

/** Lanes of a batch: the most that the sale's dispatcher gives a run. */
export const lanesABatch = 1_000

/** Batches that a batched contender works on at a time, as many as the sale's dispatcher has in flight for a voucher. */
export const batchesInFlight = 3

/** Database connections of every contender, as many as the sale's worker has. */
export const databaseConnections = 14

/** Keep-alive connections of the generator of every HTTP measurement. */
export const httpConnections = 64
