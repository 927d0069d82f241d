import { type ConnectionOptions, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client'

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
