import type { ActivityReference } from '../../definition/definition.js'
import type { Stage } from '../../definition/stages.js'
import type { StepAnswer } from '../../wire/answer.js'
import type { Called, CallSubject } from '../calls/call-request.js'
import { callStep } from '../calls/call-step.js'
import { newSiblings, type Siblings } from '../calls/siblings.js'
import type { Lane } from '../run/lane.js'
import type { Run } from '../run/run.js'
import { leaveStage } from './leave-stage.js'
import { type PlannedStep, planStep } from './plan-step.js'
import { type Failures, newFailures, takeAnswer } from './take-answer.js'

type Answered = (answers: readonly StepAnswer[]) => void

/**
 * Runs one stage for some lanes: one step, or a parallel group of which all siblings are awaited. `onward` takes the lanes that go on;
 * the others have rolled back or parked.
 */
export function runStage(
  run: Run,
  stage: Stage,
  lanes: readonly Lane[],
  onward: (going: readonly Lane[]) => void,
): void {
  const failures = newFailures()
  const planned = stage.steps.map((step) => planStep(step, lanes, failures.add))
  const siblings = stage.steps[0].onFailure === 'cancel' ? newSiblings(failedLanes(failures)) : undefined
  const answered: (readonly StepAnswer[])[] = []
  let open = planned.length
  const takeAnswers = (late: boolean) => {
    for (const [step, { called }] of planned.entries()) {
      for (const [at, { part }] of called.entries())
        if ((siblings?.isLate(part) ?? false) === late)
          takeAnswer(part, answered[step]?.[at] as StepAnswer, failures.add)
    }
  }
  for (const [at, one] of planned.entries()) {
    callParts(run, one, siblings, (answers) => {
      answered[at] = answers
      open -= 1
      if (open > 0) return
      takeAnswers(false)
      // After the others, so that the failure that called the siblings off leads the causes.
      if (siblings) takeAnswers(true)
      onward(leaveStage(run, stage, lanes, failures))
    })
  }
}

/** The lanes for which a step that is not optional could not be called. */
function failedLanes({ byLane }: Failures): readonly Lane[] {
  return [...byLane].filter(([, failed]) => failed.some(({ part }) => !part.step.optional)).map(([lane]) => lane)
}

function callParts(run: Run, { step, called }: PlannedStep, siblings: Siblings | undefined, answered: Answered): void {
  const { verify } = step
  const activity = step.invoke as ActivityReference
  const subject: CallSubject = { step, phase: 'action', activity, ...(siblings && { siblings }) }
  callStep(run, subject, called, (answers) => {
    if (verify) verifyUnknown(run, { ...subject, phase: 'verify', activity: verify }, called, answers, answered)
    else answered(answers)
  })
}

/** Calls the step's `verify` for the parts whose answer is unknown; the verdict takes the place of the answer. */
function verifyUnknown(
  run: Run,
  subject: CallSubject,
  called: readonly Called[],
  answers: readonly StepAnswer[],
  answered: Answered,
): void {
  const doubtful = called.filter((_, at) => answers[at]?.status === 'unknown')
  callStep(run, subject, doubtful, (verdicts) => {
    const byPart = new Map(doubtful.map(({ part }, at) => [part, verdicts[at] as StepAnswer]))
    answered(called.map(({ part }, at) => byPart.get(part) ?? (answers[at] as StepAnswer)))
  })
}
