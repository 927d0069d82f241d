/** Orders that a per-order contender works on at a time. */
export const ORDERS_IN_FLIGHT = 64

/** Lanes of a batch: what the sale's dispatcher gives a run at most. */
export const LANES_A_BATCH = 1_000

/** Batches that a batched contender works on at a time: what the sale's dispatcher has in flight for a voucher. */
export const BATCHES_IN_FLIGHT = 3

/** Database connections of every contender: what the sale's worker has. */
export const DATABASE_CONNECTIONS = 14

/** Keep-alive connections of the generator of every HTTP measurement. */
export const HTTP_CONNECTIONS = 64
