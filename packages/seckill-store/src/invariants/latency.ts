/** The time from admission to order and the rate of orders; `null` without orders. */
export interface SaleLatency {
  /** From the admission at the gate to the order in MySQL. */
  readonly orderLatencyMs: { readonly p50: number | null; readonly p99: number | null }
  /** From the first admission to the last order. */
  readonly seconds: number | null
  readonly ordersPerSecond: number | null
}

/** The times of the first admission and of every order; epoch milliseconds. */
export interface SaleTimes {
  readonly first: number | null
  readonly orders: readonly { readonly createdAt: number; readonly latencyMs: number }[]
}

/** Computes percentiles by nearest rank, and the rate over the whole sale. */
export function latencyOf({ first, orders }: SaleTimes): SaleLatency {
  const sorted = orders.map((order) => order.latencyMs).sort((a, b) => a - b)
  const orderLatencyMs = { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) }
  if (first === null || orders.length === 0) return { orderLatencyMs, seconds: null, ordersPerSecond: null }
  const last = orders.reduce((latest, order) => Math.max(latest, order.createdAt), Number.NEGATIVE_INFINITY)
  const seconds = (last - first) / 1_000
  return { orderLatencyMs, seconds, ordersPerSecond: seconds > 0 ? round(orders.length / seconds) : null }
}

/** The nearest-rank percentile of values in ascending order, or null when there are none. */
export function percentile(sorted: readonly number[], share: number): number | null {
  if (sorted.length === 0) return null
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
