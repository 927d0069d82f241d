import type { Invariant } from './promises.js'
import type { Simulated } from './simulate.js'

/** The violations of a test's own invariants in a run; an invariant that throws is violated. */
export function checkInvariants<TState>(
  invariants: readonly Invariant<TState>[] | undefined,
  run: Simulated<TState>,
): readonly string[] {
  return (invariants ?? []).flatMap((invariant) => {
    try {
      return invariant(run) ?? []
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)]
    }
  })
}
