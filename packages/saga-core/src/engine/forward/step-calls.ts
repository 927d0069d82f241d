import type { ActivityReference } from '../../definition/definition.js'
import type { Stage } from '../../definition/stages.js'
import type { StepAnswer } from '../../wire/answer.js'
import type { Called, CallSubject } from '../calls/call-request.js'
import type { Heard } from '../calls/call-set.js'
import { callStep } from '../calls/call-step.js'
import type { Siblings } from '../calls/siblings.js'
import { callsOff } from '../run/called-off.js'
import type { Lane } from '../run/lane.js'
import type { Run } from '../run/run.js'
import type { PlannedStep } from './plan-step.js'

/** The calls that a stage makes for one of its steps. */
export interface StepCalls {
  /** Asks `verify` at once for unknown answers of these lanes; those of other lanes are asked about when every part has answered. */
  verifyNow(lanes: ReadonlySet<Lane>): void
}

/**
 * Calls a step of a stage for its parts. `heard` takes the answers as they come; where the step has `verify`, its verdict replaces an unknown
 * one. Unknown answers of lanes that are called off are asked about as they come.
 */
export function callParts(
  run: Run,
  stage: Stage,
  { step, called }: PlannedStep,
  siblings: Siblings | undefined,
  heard: Heard,
): StepCalls {
  const { verify } = step
  const subject: CallSubject = {
    step,
    phase: 'action',
    activity: step.invoke as ActivityReference,
    ...(siblings && { siblings }),
  }
  // A run that continued as new did so before it had the verdict of these.
  let doubtful: readonly Called[] = called.filter(({ part }) => part.doubt)
  const asked = called.filter(({ part }) => !part.doubt)
  let open = asked.length

  function ask(some: readonly Called[]): void {
    doubtful = doubtful.filter((one) => !some.includes(one))
    callStep(run, { ...subject, phase: 'verify', activity: verify as ActivityReference }, some, heard)
  }

  if (open === 0) ask(doubtful)
  callStep(run, subject, asked, (some, answers) => {
    open -= some.length
    const known: number[] = []
    const unknown: Called[] = []
    for (const [at, one] of some.entries()) {
      const answer = answers[at] as StepAnswer
      if (!verify || answer.status !== 'unknown') known.push(at)
      else {
        one.part.doubt = { code: answer.code, message: answer.message }
        unknown.push(one)
      }
    }
    doubtful = [...doubtful, ...unknown]
    if (known.length > 0)
      heard(
        known.map((at) => some[at] as Called),
        known.map((at) => answers[at] as StepAnswer),
      )
    const off = unknown.filter(({ part }) => callsOff(run, stage, part.lane))
    if (open === 0) ask(doubtful)
    else if (off.length > 0 && run.runtime.isCurrent('asked-alone')) ask(off)
  })
  return { verifyNow: (lanes) => ask(doubtful.filter(({ part }) => lanes.has(part.lane))) }
}
