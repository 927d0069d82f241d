import type { Lane } from '../run/lane.js'

/** The state of a whole run: parked when any lane is, else compensating when any lane is. */
export type RunState = 'running' | 'compensating' | 'parked' | 'ended'

/** A run's state, and the step of the first lane that gave it this state. */
export interface RunPhase {
  readonly state: RunState
  readonly step: string
}

export function phaseOf(lanes: readonly Lane[]): RunPhase {
  let compensating: Lane | undefined
  let running: Lane | undefined
  for (const lane of lanes) {
    if (lane.status === 'parked') return { state: 'parked', step: lane.parked?.step ?? lane.at }
    if (lane.status === 'compensating') compensating ??= lane
    else if (lane.status !== 'ended') running ??= lane
  }
  if (compensating) return { state: 'compensating', step: compensating.at }
  return running ? { state: 'running', step: running.at } : { state: 'ended', step: '' }
}

/** The state of a run with so many lanes by status and outcome. */
export function stateOfCounts({
  parked = 0,
  compensating = 0,
  running = 0,
  waiting = 0,
}: {
  readonly [statusOrOutcome: string]: number
}): RunState {
  if (parked > 0) return 'parked'
  if (compensating > 0) return 'compensating'
  return running + waiting > 0 ? 'running' : 'ended'
}
