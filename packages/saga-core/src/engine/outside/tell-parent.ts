import type { Lane } from '../run/lane.js'
import type { Run } from '../run/run.js'
import type { ChildParked } from '../run/runtime.js'

/**
 * Tells the parent saga when a lane parks and when no lane is parked any more; a run without a parent pays nothing. A run that continued as
 * new tells again: the former run's last signal may be lost.
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
  // The parent learns of the run's end by the child workflow's own end.
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

function isSame(one: ChildParked | null | undefined, other: ChildParked | null): boolean {
  return one !== undefined && one?.step === other?.step && one?.code === other?.code
}
