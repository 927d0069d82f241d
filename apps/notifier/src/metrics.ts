import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { DeliveryResult, DueAges } from 'seckill-store/mysql'

/** What the metrics ask when they are read. */
export interface MetricSources {
  readDueAges(): Promise<DueAges>
  /** The servers of each channel that are not asked at the moment. */
  openBreakers(): ReadonlyMap<string, number>
}

/** The metrics of one process. */
export interface Metrics {
  readonly registry: Registry
  planned(notifications: number): void
  result(channel: string, state: DeliveryResult['state']): void
}

/** The ages while the database does not answer. */
const unknownAges: DueAges = { unplanned: Number.NaN, channels: new Map() }

const resultNames = { SENT: 'sent', PENDING: 'failed', DEAD: 'dead' } as const

/** Creates the metrics in a registry of their own; an age is NaN while the database does not answer. */
export function createMetrics({ readDueAges, openBreakers }: MetricSources): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const planned = new Counter({
    name: 'seckill_notifications_planned_total',
    help: 'Notifications that have got their deliveries',
    registers,
  })
  const attempts = new Counter({
    name: 'seckill_notification_attempts_total',
    help: 'Attempts to send a message by channel and result: sent, failed (it is tried again), dead (it is given up)',
    labelNames: ['channel', 'result'],
    registers,
  })
  new Gauge({
    name: 'seckill_notification_due_age_seconds',
    help: 'Time since which the oldest due row waits: a notification for its planning, a delivery for its channel',
    labelNames: ['waits_for'],
    registers,
    async collect() {
      this.reset()
      const { unplanned, channels } = await readDueAges().catch(() => unknownAges)
      this.set({ waits_for: 'planning' }, unplanned / 1_000)
      for (const [channel, age] of channels) this.set({ waits_for: channel }, age / 1_000)
    },
  })
  new Gauge({
    name: 'seckill_notification_breakers_open',
    help: 'Servers of a channel that have failed several times in a row and are left alone for a while',
    labelNames: ['channel'],
    registers,
    collect() {
      for (const [channel, open] of openBreakers()) this.set({ channel }, open)
    },
  })
  return {
    registry,
    planned: (notifications) => planned.inc(notifications),
    result: (channel, state) => attempts.inc({ channel, result: resultNames[state] }),
  }
}
