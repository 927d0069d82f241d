import { Counter, Histogram, type Registry } from 'prom-client'
import type { CircuitState } from 'seckill-payment'
import type { Quarantine } from 'seckill-store/mysql'
import { showCircuit } from '../observe/circuit-gauge.js'

/** Metrics of payments; a callback is `applied`, `quarantined`, `rejected` before it was stored, `ignored` or `failed`. */
export interface PaymentMetrics {
  started(result: 'opened' | 'known' | 'failed'): void
  callback(result: 'applied' | 'quarantined' | 'rejected' | 'ignored' | 'failed', callbacks?: number): void
  quarantined(reason: Quarantine): void
  /** Counts orders that were paid by callbacks. */
  captured(orders: number): void
  /** Observes the number of callbacks of one transaction. */
  transaction(callbacks: number): void
  /** Counts lanes whose runs were not told. */
  untold(lanes: number): void
}

const callbackBuckets = [1, 2, 5, 10, 20, 50, 100, 200]

/** Creates the metrics of payments; `circuit` is read at each scrape. */
export function createPaymentMetrics(registry: Registry, circuit: () => CircuitState): PaymentMetrics {
  const registers = [registry]
  showCircuit(registry, { name: 'seckill_payment_circuit', help: "the provider's API", state: circuit })
  const counter = (name: string, help: string) =>
    new Counter({ name: `seckill_payment_${name}_total`, help, registers })
  const labelled = <Label extends string>(name: string, help: string, label: Label) =>
    new Counter({ name: `seckill_payment_${name}_total`, help, labelNames: [label], registers })
  const starts = labelled('starts', 'Starts of payments by result', 'result')
  const callbacks = labelled('callbacks', "The provider's callbacks by result", 'result')
  const quarantined = labelled('quarantined', 'Callbacks that changed nothing, by reason', 'reason')
  const captures = counter('captures', 'Orders paid by callbacks')
  const untold = counter(
    'lanes_untold',
    'Changed lanes whose runs were not told at once: they are told again for a minute, and ask MySQL at their deadline',
  )
  const transactions = new Histogram({
    name: 'seckill_payment_transaction_callbacks',
    help: 'Callbacks in one transaction',
    buckets: callbackBuckets,
    registers,
  })
  return {
    started: (result) => starts.inc({ result }),
    callback: (result, count = 1) => callbacks.inc({ result }, count),
    quarantined: (reason) => quarantined.inc({ reason }),
    captured: (orders) => captures.inc(orders),
    transaction: (count) => transactions.observe(count),
    untold: (lanes) => untold.inc(lanes),
  }
}
