import { type ConnectionOptions, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client'

/** Milliseconds of a call, its retries included, whose caller sets no deadline. */
const callLimitMs = 10_000

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number]

/** The health check and the long poll for a run's end; both treat a failed call as an answer. */
const askedOnceMethods: ReadonlySet<string> = new Set(['GetSystemInfo', 'GetWorkflowExecutionHistory'])

/**
 * Retries failed gRPC calls as Temporal's client does, except the health check and the long poll.
 *
 * A retry ignores the call's abort signal, and one that fires after `connection.close()` throws from a timer, which
 * ends the process. Callers of every other method must therefore await it before they close the connection.
 */
export function askedOnce(): Interceptor {
  const retrying = makeGrpcRetryInterceptor(defaultGrpcRetryOptions())
  return (options, nextCall) => {
    const method = options.method_definition.path.split('/').at(-1) ?? ''
    return askedOnceMethods.has(method) ? (nextCall(options) as ReturnType<Interceptor>) : retrying(options, nextCall)
  }
}

/**
 * Gives each gRPC call a deadline that has none, except a long poll: Temporal answers one whose deadline is near with an
 * empty page, which the client polls again at once. The keepalive of the connection limits a long poll.
 */
export function answeredInTime(): Interceptor {
  return (options, nextCall) => {
    const isLongPoll = options.method_definition.path.endsWith('/GetWorkflowExecutionHistory')
    const deadline = options.deadline ?? (isLongPoll ? Number.POSITIVE_INFINITY : Date.now() + callLimitMs)
    return nextCall({ ...options, deadline }) as ReturnType<Interceptor>
  }
}
