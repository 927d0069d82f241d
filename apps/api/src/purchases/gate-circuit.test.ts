import { Registry } from 'prom-client'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '../http/api-error.js'
import { showCircuit } from '../observe/circuit-gauge.js'
import { createGateCircuit } from './gate-circuit.js'

afterEach(() => void vi.useRealTimers())

const unanswered = () => Promise.reject(new ApiError('OUTCOME_UNKNOWN'))
const refused = async () => ({ status: 'refused' })
const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'admitted',
    (error: ApiError) => error.code,
  )

/** A circuit that ten purchases without an answer have opened. */
async function opened() {
  const circuit = createGateCircuit()
  for (let asked = 0; asked < 10; asked += 1) {
    expect(await codeOf(circuit.ask(unanswered))).toBe('OUTCOME_UNKNOWN')
  }
  return circuit
}

describe('the circuit at the gate', () => {
  it('opens after ten purchases in a row without an answer: the next is known not to be taken, and asks nothing', async () => {
    const circuit = await opened()
    const admit = vi.fn()
    expect(await codeOf(circuit.ask(admit))).toBe('UNAVAILABLE')
    expect([circuit.state(), admit.mock.calls.length]).toEqual(['open', 0])
  })

  it('stays closed where the gate answers, with a refusal too', async () => {
    const circuit = createGateCircuit()
    for (let asked = 0; asked < 9; asked += 1) await codeOf(circuit.ask(unanswered))
    expect(await circuit.ask(refused)).toEqual({ status: 'refused' })
    for (let asked = 0; asked < 9; asked += 1) await codeOf(circuit.ask(unanswered))
    expect(circuit.state()).toBe('closed')
  })

  it('seed fault 10: lets one purchase through after a second, not all; its answer closes the circuit', async () => {
    const circuit = await opened()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1_000 })
    const { promise, resolve } = Promise.withResolvers<string>()
    const probe = circuit.ask(() => promise)
    expect(circuit.state()).toBe('halfOpen')
    const others = await Promise.all(Array.from({ length: 20 }, () => codeOf(circuit.ask(async () => 'late'))))
    expect(others).toEqual(Array(20).fill('UNAVAILABLE'))
    resolve('admitted')
    expect([await probe, circuit.state()]).toEqual(['admitted', 'closed'])
  })

  it('opens again when that one has no answer', async () => {
    const circuit = await opened()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1_000 })
    expect([await codeOf(circuit.ask(unanswered)), circuit.state()]).toEqual(['OUTCOME_UNKNOWN', 'open'])
  })

  it('shows its state in the metrics', async () => {
    const registry = new Registry()
    const circuit = await opened()
    showCircuit(registry, { name: 'a_circuit', help: 'a gate', state: circuit.state })
    const text = await registry.metrics()
    expect(text).toContain('a_circuit{state="open"} 1')
    expect(text).toContain('a_circuit{state="closed"} 0')
  })
})
