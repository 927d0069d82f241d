import type { RequestHandler } from 'express'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Change } from './state/store.js'

const bucketsSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

/** The metrics of one process. */
export interface Metrics {
  readonly registry: Registry
  /** Counts each request by its answer. */
  readonly observe: RequestHandler
  fault(fault: 'slow' | 'silent' | 'error500' | 'error429'): void
  change(change: Change): void
  attempt(result: 'taken' | 'failed' | 'givenUp'): void
  /** Observes a batch of the journal; the time in milliseconds. */
  batch(lines: number, milliseconds: number): void
  /** Counts that the journal was written anew. */
  compaction(): void
}

/** Creates the metrics in a registry of their own; `pendingCallbacks` is asked when they are read. */
export function createMetrics(pendingCallbacks: () => number): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'provider_requests_total',
    help: 'Requests by method and status; status 0 is a client that had no answer',
    labelNames: ['method', 'status'],
    registers,
  })
  const faults = new Counter({
    name: 'provider_faults_total',
    help: 'Faults of requests and callbacks that a behaviour made',
    labelNames: ['fault'],
    registers,
  })
  const changes = new Counter({
    name: 'provider_changes_total',
    help: 'Changes of payments by what made them',
    labelNames: ['change'],
    registers,
  })
  const attempts = new Counter({
    name: 'provider_callback_attempts_total',
    help: 'Attempts to deliver a callback by result',
    labelNames: ['result'],
    registers,
  })
  const journal = new Histogram({
    name: 'provider_journal_batch_seconds',
    help: 'Time to write and sync a batch of the journal',
    buckets: bucketsSeconds,
    registers,
  })
  const lines = new Counter({ name: 'provider_journal_lines_total', help: 'Lines of the journal', registers })
  const compactions = new Counter({
    name: 'provider_journal_compactions_total',
    help: 'How often the journal was written anew while the process ran',
    registers,
  })
  new Gauge({
    name: 'provider_callbacks_pending',
    help: 'Callbacks that are still to be sent',
    registers,
    collect() {
      this.set(pendingCallbacks())
    },
  })
  return {
    registry,
    observe(request, response, next) {
      response.once('close', () => {
        requests.inc({ method: request.method, status: response.headersSent ? response.statusCode : 0 })
      })
      next()
    },
    fault: (fault) => faults.inc({ fault }),
    change({ verb, callback }) {
      changes.inc({ change: verb })
      if (callback?.state === 'dropped') faults.inc({ fault: 'callbackDropped' })
      if (callback?.copies === 2) faults.inc({ fault: 'callbackDoubled' })
      if (callback?.held) faults.inc({ fault: 'callbackReordered' })
      else if (callback !== undefined && callback.dueAt > callback.createdAt) faults.inc({ fault: 'callbackDelayed' })
    },
    attempt: (result) => attempts.inc({ result }),
    batch(count, milliseconds) {
      lines.inc(count)
      journal.observe(milliseconds / 1_000)
    },
    compaction: () => compactions.inc(),
  }
}
