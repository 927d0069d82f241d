import type { Check } from 'seckill-store/invariants'
import type { NamedProcesses } from './measure/cpu-clock.js'

/** One side of a throughput comparison: something that takes waiting orders to committed ones. */
export interface Contender {
  readonly name: string
  readonly tuning: string
  /** Orders a second on two cores, roughly; only sizes the runs. */
  readonly roughly: number
  /** Makes this many orders wait, durably where it has a queue. */
  prepare(orders: number): Promise<PreparedOrders>
  close(): Promise<void>
}

/** Orders that wait for a contender to start. */
export interface PreparedOrders {
  readonly voucherId: number
  /** The processes that work on them, the servers included. */
  readonly processes: NamedProcesses
  start(): Promise<void>
  /** Rejects when the contender says that it will not finish; never settles otherwise. */
  readonly failed: Promise<never>
  /** Called once all are committed: releases the resources of this run, and checks its rows. */
  prove(): Promise<OrdersProof>
}

/** The checks after a run, and further figures of it. */
interface OrdersProof {
  readonly checks: readonly Check[]
  readonly figures: Readonly<Record<string, number>>
}
