import type { Invariant } from './promises.js'
import type { Simulated } from './simulate.js'

/** What a test's own invariants find wrong with a run; a throw is a finding. */
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
