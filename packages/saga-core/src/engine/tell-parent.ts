import type { ChildParked } from '../runtime.js'
import type { Lane } from './lane.js'
import type { Run } from './run.js'

/**
 * Tells the saga that this run is a child of when a lane parks and when none is parked any more; costs nothing where there is no such
 * saga. A run that goes on as a new one tells again: what it told last may have been lost with it.
 */
export async function keepParentTold(run: Run, lanes: readonly Lane[], goesOnAsNew: boolean): Promise<void> {
  const tell = run.runtime.tellParent
  if (!tell) return
  let told: ChildParked | null | undefined = goesOnAsNew ? undefined : null
  // The end of a run is told by its end.
  const hasNews = () => lanes.some(({ status }) => status !== 'ended') && !isSame(told, parkedOf(lanes))
  for (;;) {
    await run.runtime.until(hasNews)
    told = parkedOf(lanes)
    await tell(told)
  }
}

function parkedOf(lanes: readonly Lane[]): ChildParked | null {
  const { parked } = lanes.find(({ status }) => status === 'parked') ?? {}
  return parked ? { step: parked.step, code: parked.code } : null
}

const isSame = (one: ChildParked | null | undefined, other: ChildParked | null): boolean =>
  one === other || (one?.step === other?.step && one?.code === other?.code && one !== undefined)
