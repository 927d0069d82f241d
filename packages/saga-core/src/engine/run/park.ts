import type { Parked } from '../../wire/outcome.js'
import type { Lane } from './lane.js'
import { type Definite, noteSteps } from './lost-steps.js'

/** Parks a lane for an operator. What it has started is noted, since it may stay parked while another definition is deployed. */
export function park(run: Definite, lane: Lane, parked: Parked): void {
  lane.since = run.runtime.now()
  lane.status = 'parked'
  lane.parked = parked
  noteSteps(run, lane)
}
