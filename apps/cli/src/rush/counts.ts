import { type RushResult, resultOf, traceIdOf } from './answer.js'
import type { Answer } from './connections.js'
import { createLatencyRecorder, type Latency } from './latency.js'

/** The progress of a rush. */
export interface RushProgress {
  readonly planned: number
  readonly sent: number
  readonly answered: number
  readonly results: Readonly<Record<RushResult, number>>
  readonly retried: number
}

/** The driver's count of answers; the certificate counts the sale in the databases. */
export interface RushReport extends RushProgress {
  /** From the first intended time to the last answer. */
  readonly seconds: number
  /** Milliseconds from the intended time of an accepted request to its answer, retries included. */
  readonly acceptLatencyMs: Latency
  /** The same for requests of every kind. */
  readonly latencyMs: Latency
  /** Requests that left more than 10 ms after their intended time. */
  readonly late: number
  /** Trace ids of accepted requests, each once. */
  readonly traceIds: readonly string[]
  /** One message for each kind of failure, with its count. */
  readonly failures: Readonly<Record<string, number>>
}

/** Counts the requests, answers and latencies of one rush. */
export class RushCounts {
  readonly #accepted = createLatencyRecorder()
  readonly #all = createLatencyRecorder()
  readonly #results: Record<RushResult, number> = { accepted: 0, soldOut: 0, duplicate: 0, rejected: 0, failed: 0 }
  readonly #traceIds = new Set<string>()
  readonly #failures: Record<string, number> = {}
  #sent = 0
  #late = 0
  #retried = 0

  constructor(readonly planned: number) {}

  /** Counts a request as sent, `latenessMs` after its intended time. */
  left(latenessMs: number): void {
    this.#sent++
    if (latenessMs > 10) this.#late++
  }

  retried(): void {
    this.#retried++
  }

  /** Counts the last answer to a request, `latencyMs` after its intended time. */
  answered(answer: Answer, latencyMs: number): void {
    const result = 'error' in answer ? 'failed' : resultOf(answer.status, answer.body)
    this.#results[result]++
    this.#all.record(latencyMs)
    if (result === 'failed') this.#failed(answer)
    if (result !== 'accepted' || 'error' in answer) return
    this.#accepted.record(latencyMs)
    const traceId = traceIdOf(answer.body)
    if (traceId !== undefined) this.#traceIds.add(traceId)
  }

  progress(): RushProgress {
    const results = { ...this.#results }
    const answered = Object.values(results).reduce((sum, count) => sum + count, 0)
    return { planned: this.planned, sent: this.#sent, answered, results, retried: this.#retried }
  }

  report(seconds: number): RushReport {
    return {
      ...this.progress(),
      seconds,
      acceptLatencyMs: this.#accepted.summary(),
      latencyMs: this.#all.summary(),
      late: this.#late,
      traceIds: [...this.#traceIds],
      failures: { ...this.#failures },
    }
  }

  #failed(answer: Answer): void {
    const cause = 'error' in answer ? answer.error.message : `HTTP ${answer.status} ${answer.body.slice(0, 120)}`
    this.#failures[cause] = (this.#failures[cause] ?? 0) + 1
  }
}
