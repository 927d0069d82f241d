import {
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
} from 'cockatiel'
import { MessageRefused } from '../channels/channel.js'
import type { RetryPolicy } from './retry-policy.js'

/** The circuit breakers of the servers behind a channel. */
export interface Breakers {
  of(destination: string): CircuitBreakerPolicy
  /** The servers that are not asked at the moment. */
  open(): number
}

/** Failures in a row after which a server is left alone. */
const failuresInARow = 5
/** Servers that are remembered; beyond them those without trouble are forgotten. */
const mostServers = 10_000

/** Creates the breakers: a server that fails several times in a row holds no place of the channel until its next probe. A refused message is no failure of its server. */
export function createBreakers({ firstMs, longestMs }: Pick<RetryPolicy, 'firstMs' | 'longestMs'>): Breakers {
  const breakers = new Map<string, CircuitBreakerPolicy>()

  function create(): CircuitBreakerPolicy {
    return circuitBreaker(
      handleWhen((error) => !(error instanceof MessageRefused)),
      {
        breaker: new ConsecutiveBreaker(failuresInARow),
        halfOpenAfter: new ExponentialBackoff({ initialDelay: firstMs, maxDelay: longestMs }),
      },
    )
  }

  function forgetClosed(): void {
    for (const [destination, { state }] of breakers) if (state === CircuitState.Closed) breakers.delete(destination)
  }

  return {
    of(destination) {
      const known = breakers.get(destination)
      if (known !== undefined) return known
      if (breakers.size >= mostServers) forgetClosed()
      const breaker = create()
      breakers.set(destination, breaker)
      return breaker
    },
    open: () => [...breakers.values()].filter(({ state }) => state !== CircuitState.Closed).length,
  }
}
