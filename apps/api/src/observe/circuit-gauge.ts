import { Gauge, type Registry } from 'prom-client'

const circuitStates = ['closed', 'open', 'halfOpen'] as const
export type CircuitState = (typeof circuitStates)[number]

/** Shows the state of a circuit breaker, read at each scrape. */
export function showCircuit(
  registry: Registry,
  { name, help, state }: { readonly name: string; readonly help: string; readonly state: () => CircuitState },
): void {
  new Gauge({
    name,
    help: `1 for the state of the circuit breaker around ${help}`,
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const now = state()
      for (const one of circuitStates) this.set({ state: one }, one === now ? 1 : 0)
    },
  })
}
