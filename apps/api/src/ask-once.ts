import { type ConnectionOptions, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client'

/** Milliseconds of a call, its retries included, whose caller sets no deadline. */
const callLimitMs = 10_000

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number]

/**
 * Retries failed gRPC calls as Temporal's client does, except the health check, which treats a failed call as an answer.
 *
 * A retry ignores the call's abort signal, and one that fires after `connection.close()` throws from a timer, which
 * ends the process. Callers of every other method must therefore await it before they close the connection.
 */
export function askedOnce(): Interceptor {
  const retrying = makeGrpcRetryInterceptor(defaultGrpcRetryOptions())
  return (options, nextCall) => {
    const isHealthCheck = options.method_definition.path.endsWith('/GetSystemInfo')
    return isHealthCheck ? (nextCall(options) as ReturnType<Interceptor>) : retrying(options, nextCall)
  }
}

/** Gives each gRPC call a deadline that has none. */
export function answeredInTime(): Interceptor {
  return (options, nextCall) =>
    nextCall({ ...options, deadline: options.deadline ?? Date.now() + callLimitMs }) as ReturnType<Interceptor>
}
