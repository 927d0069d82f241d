import type { ActivityReference, StepDefinition } from '../../definition/definition.js'
import type { StepAnswer } from '../../wire/answer.js'
import { ownershipStep } from '../../wire/ownership.js'
import { answersOf } from '../calls/call-step.js'
import { endLane, type Lane, park } from '../lane.js'
import { newPart } from '../part.js'
import { type Run, stillRunning } from '../run.js'

const step: StepDefinition = {
  kind: 'retriable',
  name: ownershipStep,
  onUnknown: 'park',
  independent: false,
  optional: false,
}

/**
 * Takes lanes for this workflow id. Lanes of another one end `duplicate`: no step runs for them and no compensation, the adopted ones
 * included. Answers the lanes that are ours.
 */
export async function takeOwnership(
  run: Run,
  activity: ActivityReference,
  lanes: readonly Lane[],
): Promise<readonly Lane[]> {
  const called = lanes.map((lane) => ({ part: newPart(lane, step, 'asked'), arg: lane.input }))
  const answers = await answersOf(run, { step, phase: 'action', activity }, called)
  for (const [at, lane] of lanes.entries()) {
    const answer = answers[at] as StepAnswer
    if (answer.status === 'done') continue
    lane.at = ownershipStep
    if (answer.status === 'refused') {
      const { code, details } = answer
      lane.cause = { kind: 'refused', code, ...(details !== undefined && { details }) }
      endLane(lane, 'duplicate')
    } else if (answer.status === 'unknown')
      park(run, lane, { phase: 'action', step: ownershipStep, code: answer.code, message: answer.message })
    else
      park(run, lane, {
        phase: 'action',
        step: ownershipStep,
        code: 'SAGA_OWNERSHIP_ANSWER',
        message: `answered "${answer.status}"`,
      })
  }
  run.show()
  return stillRunning(lanes)
}
