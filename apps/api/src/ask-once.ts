import { type ConnectionOptions, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client'

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number]

/** A sign of life and the wait for a run's end. */
const ASKED_ONCE: ReadonlySet<string> = new Set(['GetSystemInfo', 'GetWorkflowExecutionHistory'])

/**
 * Sends a failed call again as Temporal's client does, but not a call whose failure is an answer too. What it sends again hears of no
 * signal, and throws from a timer, which ends the process, where the connection was closed meanwhile: a caller of any other call waits for
 * it before it closes.
 */
export function askedOnce(): Interceptor {
  const retrying = makeGrpcRetryInterceptor(defaultGrpcRetryOptions())
  return (options, nextCall) => {
    const method = options.method_definition.path.split('/').at(-1) ?? ''
    return ASKED_ONCE.has(method) ? (nextCall(options) as ReturnType<Interceptor>) : retrying(options, nextCall)
  }
}
