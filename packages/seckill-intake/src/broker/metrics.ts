import { Counter, Gauge, type Registry } from 'prom-client'

/** The end of one attempt to publish. */
type Published = 'confirmed' | 'returned' | 'failed' | 'unconfirmed'
/** What became of a message. */
type Consumed = 'started' | 'refused' | 'poison' | 'requeued' | 'left'

export interface PublisherMetrics {
  attempt(end: Published): void
}

/** The metrics of a process that publishes. `ready` reports whether the broker takes messages now. */
export function createPublisherMetrics(registers: [Registry], ready: () => boolean): PublisherMetrics {
  const attempts = new Counter({
    name: 'seckill_intake_published_total',
    help: 'Attempts to publish a taken run: confirmed by the broker, returned for want of a queue, failed, or without an answer in time',
    labelNames: ['end'],
    registers,
  })
  new Gauge({
    name: 'seckill_intake_broker_ready',
    help: '1 while the process is connected to the broker, and the broker takes messages',
    registers,
    collect() {
      this.set(ready() ? 1 : 0)
    },
  })
  return { attempt: (end) => attempts.inc({ end }) }
}

export interface ConsumerMetrics {
  consumed(end: Consumed): void
  /** Counts a dead letter, and the purchases that it ended. */
  dead(refused: number): void
}

/** The metrics of a process that consumes. `lengths` reads the messages that wait, by queue; a reading that fails leaves them out. */
export function createConsumerMetrics(
  registers: [Registry],
  lengths: () => Promise<ReadonlyMap<string, number>>,
): ConsumerMetrics {
  const consumed = new Counter({
    name: 'seckill_intake_consumed_total',
    help: 'Messages by what became of them: their run started, refused by Temporal, no run in them, given back to the queue, or left to the gate',
    labelNames: ['end'],
    registers,
  })
  const dead = new Counter({ name: 'seckill_intake_dead_letters_total', help: 'Dead letters', registers })
  const refused = new Counter({
    name: 'seckill_intake_dead_letter_refusals_total',
    help: 'Accepted purchases that ended because their message was a dead letter',
    registers,
  })
  new Gauge({
    name: 'seckill_intake_queue_messages',
    help: 'Messages that wait for a consumer',
    labelNames: ['queue'],
    registers,
    async collect() {
      this.reset()
      for (const [queue, messages] of await lengths().catch(() => new Map<string, number>()))
        this.set({ queue }, messages)
    },
  })
  return {
    consumed: (end) => consumed.inc({ end }),
    dead(count) {
      dead.inc()
      refused.inc(count)
    },
  }
}
