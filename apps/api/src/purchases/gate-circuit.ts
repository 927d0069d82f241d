import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleWhen, CircuitState as State } from 'cockatiel'
import { ApiError } from '../http/api-error.js'
import type { CircuitState } from '../observe/circuit-gauge.js'

/** Purchases in a row without the gate's answer that open the circuit. */
const breakAfter = 10
/** How long an open circuit asks nothing before one purchase finds out, in milliseconds. */
const openMs = 1_000

const names: Readonly<Record<State, CircuitState>> = {
  [State.Closed]: 'closed',
  [State.Open]: 'open',
  [State.HalfOpen]: 'halfOpen',
  [State.Isolated]: 'open',
}

/**
 * The circuit breaker around the admission of purchases. While Redis is away, a purchase is answered at once, and better: it is known that
 * nothing was taken.
 */
export interface GateCircuit {
  state(): CircuitState
  /** Asks the gate. @throws ApiError UNAVAILABLE, at once, while the circuit is open or another purchase finds out */
  ask<T>(admit: () => Promise<T>): Promise<T>
}

/** Creates the circuit; only a purchase whose outcome is unknown counts as a failure. */
export function createGateCircuit(): GateCircuit {
  const breaker = circuitBreaker(
    // The one purchase of a half-open circuit has to be answered: to the library an error that does not count is a success.
    handleWhen((error) => isUnanswered(error) || breaker.state === State.HalfOpen),
    { halfOpenAfter: openMs, breaker: new ConsecutiveBreaker(breakAfter) },
  )
  return {
    state: () => names[breaker.state],
    async ask(admit) {
      // The library would let a second purchase wait for the first.
      if (breaker.state === State.HalfOpen) throw notAsked()
      try {
        return await breaker.execute(admit)
      } catch (error) {
        throw error instanceof BrokenCircuitError ? notAsked() : error
      }
    },
  }
}

function isUnanswered(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'OUTCOME_UNKNOWN'
}

function notAsked(): ApiError {
  const cause = new Error(`The gate is not asked: ${breakAfter} purchases in a row had no answer.`)
  return new ApiError('UNAVAILABLE', { cause, retryAfterMs: openMs })
}
