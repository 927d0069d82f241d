import { Counter, Gauge, type Registry } from 'prom-client'
import type { StreamEnd } from '../../event-streams/event-stream.js'

/** Metrics of event streams. */
export interface EventMetrics {
  opened(): void
  ended(reason: StreamEnd): void
  /** `full`: the process has as many as it may; `user`: the user has. */
  refused(reason: 'full' | 'user'): void
  sent(event: 'status' | 'end'): void
  readFailed(): void
}

export function createEventMetrics(registry: Registry): EventMetrics {
  const registers = [registry]
  const labelled = <Label extends string>(name: string, help: string, label: Label) =>
    new Counter({ name, help, labelNames: [label], registers })
  const open = new Gauge({ name: 'seckill_event_streams', help: 'Open event streams of purchases', registers })
  const ends = labelled('seckill_event_streams_ended_total', 'Event streams that ended, by reason', 'reason')
  const refusals = labelled('seckill_event_streams_refused_total', 'Event streams refused by a limit', 'reason')
  const sent = labelled('seckill_events_sent_total', 'Events sent to buyers, heartbeats left out', 'event')
  const failed = new Counter({
    name: 'seckill_event_reads_failed_total',
    help: 'Reads of the watched purchases that MySQL or Redis did not answer',
    registers,
  })
  return {
    opened: () => open.inc(),
    ended(reason) {
      open.dec()
      ends.inc({ reason })
    },
    refused: (reason) => refusals.inc({ reason }),
    sent: (event) => sent.inc({ event }),
    readFailed: () => failed.inc(),
  }
}
