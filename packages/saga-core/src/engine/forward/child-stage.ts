import type { StepDefinition } from '../../definition/definition.js'
import { fromChild, runChildren } from '../calls/children.js'
import type { Lane } from '../lane.js'
import type { Run, Stage } from '../run.js'
import { apply, leaveStage, newFailures, planStep } from './run-stage.js'

/**
 * Runs the children of some lanes. Lanes leave together when no child runs any more; those whose child is parked are left behind, and
 * leave when theirs has ended. `onward` takes those that go on.
 */
export async function childStage(
  run: Run,
  stage: Stage,
  lanes: readonly Lane[],
  onward: (lanes: readonly Lane[]) => void,
): Promise<void> {
  const failures = newFailures()
  const { called } = planStep(stage.steps[0] as StepDefinition, lanes, failures.add)
  const parts = called.map(({ part }) => part)
  const leave = (some: readonly Lane[]) => {
    const going = leaveStage(run, stage, some, failures)
    if (going.length > 0) onward(going)
  }
  leave(lanes.filter((lane) => !parts.some((part) => part.lane === lane)))
  const children = runChildren(run, stage, parts)
  while (children.isOpen()) {
    const ended = await children.next()
    for (const { part, answer } of ended) apply(part, fromChild(answer), failures.add)
    leave(ended.map(({ part }) => part.lane))
  }
}
