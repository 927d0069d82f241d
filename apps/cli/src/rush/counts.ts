import { type RushResult, resultOf, traceIdOf } from './answer.js'
import type { Answer } from './connections.js'
import { createLatencyRecorder, type Distribution, type Latency, type LatencyRange } from './latency.js'
import { createTimeline, type Slice } from './timeline.js'

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
  /** The latencies of accepted requests, counted in ranges. */
  readonly acceptLatencies: readonly LatencyRange[]
  readonly distributions: Distributions
  /** Requests and answers by tenths of a second. */
  readonly timeline: readonly Slice[]
  /** Trace ids of accepted requests, each once. */
  readonly traceIds: readonly string[]
  /** One message for each kind of failure, with its count. */
  readonly failures: Readonly<Record<string, number>>
  /** The same for what had a request sent again. */
  readonly retries: Readonly<Record<string, number>>
}

/** The distributions of durations of a rush. */
export interface Distributions {
  /** From the intended time of an accepted request to its answer. */
  readonly accepted: Distribution
  /** From the intended time of any request to its answer. */
  readonly all: Distribution
  /**
   * From the moment a request left on its connection to its answer: a client that waits for each answer before it sends again would
   * measure this one. Gil Tene calls the difference coordinated omission.
   */
  readonly fromSending: Distribution
}

/** The moments of an answer, in milliseconds. */
export interface AnswerTimes {
  readonly fromIntended: number
  readonly fromSending: number
  readonly fromStart: number
}

/** Counts the requests, answers and latencies of one rush. */
export class RushCounts {
  readonly #accepted = createLatencyRecorder()
  readonly #all = createLatencyRecorder()
  readonly #fromSending = createLatencyRecorder()
  readonly #timeline = createTimeline()
  readonly #results: Record<RushResult, number> = { accepted: 0, soldOut: 0, duplicate: 0, rejected: 0, failed: 0 }
  readonly #traceIds = new Set<string>()
  readonly #failures: Record<string, number> = {}
  readonly #retries: Record<string, number> = {}
  #sent = 0
  #late = 0
  #retried = 0

  constructor(readonly planned: number) {}

  /** Counts a request as sent, so many milliseconds after its intended time and after the start. */
  left(latenessMs: number, sinceStartMs: number): void {
    this.#sent++
    this.#timeline.left(sinceStartMs)
    if (latenessMs > 10) this.#late++
  }

  /** Counts an answer after which the request is sent again. */
  retried(answer: Answer): void {
    this.#retried++
    count(this.#retries, answer)
  }

  /** Counts the last answer to a request. */
  answered(answer: Answer, { fromIntended, fromSending, fromStart }: AnswerTimes): void {
    const result = 'error' in answer ? 'failed' : resultOf(answer.status, answer.body)
    this.#results[result]++
    this.#all.record(fromIntended)
    this.#fromSending.record(fromSending)
    this.#timeline.answered(fromStart, result)
    if (result === 'failed') count(this.#failures, answer)
    if (result !== 'accepted' || 'error' in answer) return
    this.#accepted.record(fromIntended)
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
      acceptLatencies: this.#accepted.ranges(),
      distributions: {
        accepted: this.#accepted.distribution(),
        all: this.#all.distribution(),
        fromSending: this.#fromSending.distribution(),
      },
      timeline: this.#timeline.slices(),
      late: this.#late,
      traceIds: [...this.#traceIds],
      failures: { ...this.#failures },
      retries: { ...this.#retries },
    }
  }
}

/** Counts an answer that served nothing under what it says. */
function count(counts: Record<string, number>, answer: Answer): void {
  const cause = 'error' in answer ? answer.error.message : `HTTP ${answer.status} ${answer.body.slice(0, 120)}`
  counts[cause] = (counts[cause] ?? 0) + 1
}
