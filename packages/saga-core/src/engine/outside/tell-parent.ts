import type { Lane } from '../lane.js'
import type { Run } from '../run.js'
import type { ChildParked } from '../runtime.js'

/**
 * Tells the saga that this run is a child of when a lane parks and when none is parked any more; costs nothing where there is no such
 * saga. A run that goes on as a new one tells again: what it told last may have been lost with it.
 */
export function keepParentTold(run: Run, lanes: readonly Lane[], goesOnAsNew: boolean): void {
  const { tellParent } = run.runtime
  if (tellParent) run.spawn(tellNews(run, lanes, tellParent, goesOnAsNew ? undefined : null))
}

async function tellNews(
  run: Run,
  lanes: readonly Lane[],
  tell: NonNullable<Run['runtime']['tellParent']>,
  before: ChildParked | null | undefined,
): Promise<never> {
  let told = before
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
  one !== undefined && one?.step === other?.step && one?.code === other?.code
