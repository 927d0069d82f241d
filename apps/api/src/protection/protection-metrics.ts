import { Counter, Gauge, type Registry } from 'prom-client'
import type { Overload } from './overload.js'

/** Why a request was refused before its work began. */
const refusalReasons = ['overload', 'address', 'faults', 'risk', 'user', 'token', 'requests'] as const
export type RefusalReason = (typeof refusalReasons)[number]

/** Counts the refusals of the protections. */
export interface ProtectionMetrics {
  refused(reason: RefusalReason): void
}

/** Creates the metrics of the protections. */
export function createProtectionMetrics(registry: Registry, overload: Overload): ProtectionMetrics {
  const registers = [registry]
  const refusals = new Counter({
    name: 'seckill_protection_refusals_total',
    help: 'Requests refused before their work began: overload; too many purchases of an address or a user, too many faults, a block or another verdict of the risk port, no purchase token, too many other requests',
    labelNames: ['reason'],
    registers,
  })
  const counters = new Map(refusalReasons.map((reason) => [reason, refusals.labels(reason)]))
  for (const counter of counters.values()) counter.inc(0)
  new Gauge({
    name: 'seckill_event_loop_delay_seconds',
    help: 'Median delay of the event loop in the last half second, by which purchases are shed',
    registers,
    collect() {
      this.set(overload.delayMs() / 1_000)
    },
  })
  new Gauge({
    name: 'seckill_overloaded',
    help: '1 while purchases are refused because the event loop is late',
    registers,
    collect() {
      this.set(overload.isOverloaded() ? 1 : 0)
    },
  })
  return { refused: (reason) => counters.get(reason)?.inc() }
}
