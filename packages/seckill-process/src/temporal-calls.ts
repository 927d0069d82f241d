import { setTimeout as delay } from 'node:timers/promises'
import { type ConnectionOptions, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client'

/** Milliseconds of a call, its retries included, whose caller sets no deadline. */
const callLimitMs = 10_000

/** Milliseconds between two attempts at most; a process that stops waits for attempts that are due. */
const longestPauseMs = 1_000

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number]

/** The gRPC calls of one Temporal connection. */
export interface TemporalCalls {
  /** For `Connection.connect` or `Connection.lazy`. */
  readonly interceptors: Interceptor[]
  /** Makes no further retry, and resolves after the retries that are due; the connection is closed after it. */
  end(): Promise<void>
}

/**
 * Retries failed calls as Temporal's client does, except the health check, which treats a failed call as an answer, and gives
 * each call a deadline that has none.
 *
 * The retry of Temporal's client ignores the call's abort signal, and one that is due after `connection.close()` throws from a
 * timer, which ends the process. `end` therefore comes before `close`.
 *
 * @example
 * const calls = createTemporalCalls()
 * const connection = Connection.lazy({ address, interceptors: calls.interceptors })
 * await calls.end()
 * await connection.close()
 */
export function createTemporalCalls(): TemporalCalls {
  const { delayFunction, retryableDecider } = defaultGrpcRetryOptions()
  let ending = false
  let lastDueAt = 0
  const retried = makeGrpcRetryInterceptor({
    retryableDecider: (attempt, status) => !ending && retryableDecider(attempt, status),
    delayFunction(attempt, status) {
      const pauseMs = Math.min(longestPauseMs, delayFunction(attempt, status))
      lastDueAt = Math.max(lastDueAt, performance.now() + pauseMs)
      return pauseMs
    },
  })
  return {
    interceptors: [inTime, (options, nextCall) => (isHealthCheck(options) ? once : retried)(options, nextCall)],
    async end() {
      ending = true
      const dueInMs = lastDueAt - performance.now()
      // A timer of Node.js may be late by some milliseconds, and fires in the order of its due time.
      if (dueInMs > 0) await delay(dueInMs + 50)
    },
  }
}

const once: Interceptor = (options, nextCall) => nextCall(options) as ReturnType<Interceptor>

const inTime: Interceptor = (options, nextCall) =>
  nextCall({ ...options, deadline: options.deadline ?? Date.now() + callLimitMs }) as ReturnType<Interceptor>

function isHealthCheck(options: Parameters<Interceptor>[0]): boolean {
  return options.method_definition.path.endsWith('/GetSystemInfo')
}
