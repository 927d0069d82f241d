import type { Stage } from '../../definition/stages.js'
import { fromChild, runChildren } from '../calls/children.js'
import type { Lane } from '../run/lane.js'
import type { Run } from '../run/run.js'
import { leaveStage } from './leave-stage.js'
import { planStep } from './plan-step.js'
import { newFailures, takeAnswer } from './take-answer.js'

/**
 * Runs the child sagas of some lanes. The lanes leave together when every child has ended or parked; a lane whose child is parked leaves
 * when its child has ended. `onward` takes those that go on.
 */
export async function childStage(
  run: Run,
  stage: Stage,
  lanes: readonly Lane[],
  onward: (lanes: readonly Lane[]) => void,
): Promise<void> {
  const failures = newFailures()
  const { called } = planStep(stage.steps[0], lanes, failures.add)
  const parts = called.map(({ part }) => part)
  const leave = (some: readonly Lane[]) => {
    const going = leaveStage(run, stage, some, failures)
    if (going.length > 0) onward(going)
  }
  leave(lanes.filter((lane) => !parts.some((part) => part.lane === lane)))
  const children = runChildren(run, stage, parts)
  while (children.isOpen()) {
    const ended = await children.next()
    for (const { part, answer } of ended) takeAnswer(part, fromChild(answer), failures.add)
    leave(ended.map(({ part }) => part.lane))
  }
}
