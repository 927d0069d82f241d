import type { ActivityReference, StepDefinition } from '../../definition/definition.js'
import type { Code } from '../../saga-error.js'
import type { StepAnswer } from '../../wire/answer.js'
import { ownershipStep } from '../../wire/names.js'
import { answersOf } from '../calls/call-step.js'
import { endLane, type Lane, newPart, stillRunning } from '../run/lane.js'
import { park } from '../run/park.js'
import type { Run } from '../run/run.js'

const step: StepDefinition = {
  kind: 'retriable',
  name: ownershipStep,
  onUnknown: 'park',
  independent: false,
  optional: false,
}

/**
 * Takes lanes for this workflow id; returns the lanes that it owns. A lane of another workflow id ends `duplicate`: this run calls no step
 * and no compensation for it, adopted ones included.
 */
export async function takeOwnership(
  run: Run,
  activity: ActivityReference,
  lanes: readonly Lane[],
): Promise<readonly Lane[]> {
  const called = lanes.map((lane) => ({ part: newPart(lane, step, 'asked'), arg: lane.input }))
  const answers = await answersOf(run, { step, phase: 'action', activity }, called)
  for (const [at, lane] of lanes.entries()) takeOwner(run, lane, answers[at] as StepAnswer)
  run.show()
  return stillRunning(lanes).filter((lane) => !run.held.has(lane))
}

function takeOwner(run: Run, lane: Lane, answer: StepAnswer): void {
  if (answer.status === 'done') return
  lane.at = ownershipStep
  if (answer.status === 'held') {
    run.held.add(lane)
    return
  }
  if (answer.status === 'refused') {
    const { code, details } = answer
    lane.cause = { kind: 'refused', code, ...(details !== undefined && { details }) }
    endLane(lane, 'duplicate')
    return
  }
  const { code, message }: { readonly code: Code; readonly message: string } =
    answer.status === 'unknown' ? answer : { code: 'SAGA_OWNERSHIP_ANSWER', message: `answered "${answer.status}"` }
  park(run, lane, { phase: 'action', step: ownershipStep, code, message })
}
