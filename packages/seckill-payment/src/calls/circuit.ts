import {
  BrokenCircuitError,
  bulkhead,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  CircuitState as State,
} from 'cockatiel'
import { ProviderUnavailableError } from '../errors.js'
import type { CircuitState } from '../port.js'

/** Calls in a row without an answer that open the circuit. */
const breakAfter = 10
/** How long an open circuit calls nothing before it lets one call through, in milliseconds. */
const openMs = 1_000
/** Calls under way at the same time; more wait for their turn. */
const maxUnderWay = 128

const stateNames: Readonly<Record<State, CircuitState>> = {
  [State.Closed]: 'closed',
  [State.Open]: 'open',
  [State.HalfOpen]: 'halfOpen',
  [State.Isolated]: 'open',
}

/** A circuit breaker around the calls to one provider. */
export interface Circuit {
  state(): CircuitState
  /** Makes a call. @throws ProviderUnavailableError at once while the circuit is open, or another call finds out whether the provider answers */
  run<T>(call: () => Promise<T>): Promise<T>
}

/** Creates a circuit breaker. Only a ProviderUnavailableError counts; a call that its caller breaks off says nothing of the provider. */
export function createCircuit(provider: string): Circuit {
  const turns = bulkhead(maxUnderWay, Number.POSITIVE_INFINITY)
  const breaker = circuitBreaker(
    // The one call of a half-open circuit has to succeed: to the library an error that does not count is a success.
    handleWhen((error) => error instanceof ProviderUnavailableError || breaker.state === State.HalfOpen),
    { halfOpenAfter: openMs, breaker: new ConsecutiveBreaker(breakAfter) },
  )

  async function callOrFail<T>(call: () => Promise<T>): Promise<T> {
    // The library would let a second call wait for the first.
    if (breaker.state === State.HalfOpen) throw notCalled(provider)
    try {
      return await breaker.execute(call)
    } catch (error) {
      throw error instanceof BrokenCircuitError ? notCalled(provider) : error
    }
  }

  return { state: () => stateNames[breaker.state], run: (call) => turns.execute(() => callOrFail(call)) }
}

function notCalled(provider: string): ProviderUnavailableError {
  return new ProviderUnavailableError(
    `The provider ${provider} is not called: ${breakAfter} calls in a row had no answer, and one call every ${openMs} ms finds out whether it answers again.`,
  )
}
