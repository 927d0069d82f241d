import type { Stage } from '../../definition/stages.js'
import type { StepAnswer } from '../../wire/answer.js'
import type { Heard } from '../calls/call-set.js'
import { newSiblings } from '../calls/siblings.js'
import { callsOff } from '../run/called-off.js'
import { holdAt } from '../run/holding.js'
import type { Lane, Part } from '../run/lane.js'
import type { Run } from '../run/run.js'
import { leaveStage } from './leave-stage.js'
import { planStep } from './plan-step.js'
import { callParts } from './step-calls.js'
import { type Failures, newFailures, takeAnswer } from './take-answer.js'

/**
 * Runs one stage for some lanes: one step, or a parallel group of which all siblings are awaited. `onward` takes the lanes that go on;
 * the others have rolled back or parked, or are held with a call that is to be made again. The lanes leave together; one that is called
 * off leaves when its own calls have been answered.
 */
export function runStage(
  run: Run,
  stage: Stage,
  lanes: readonly Lane[],
  onward: (going: readonly Lane[]) => void,
): void {
  const failures = newFailures()
  const planned = stage.steps.map((step) => planStep(step, lanes, failures.add))
  const parts = planned.flatMap(({ called }) => called.map(({ part }) => part))
  const siblings = stage.steps[0].onFailure === 'cancel' ? newSiblings(failedLanes(failures)) : undefined
  const answers = new Map<Part, StepAnswer>()
  const staying = new Set(lanes)

  function leave(leaving: ReadonlySet<Lane>): void {
    const own = parts.filter(({ lane }) => leaving.has(lane))
    const late = own.filter((part) => siblings?.isLate(part))
    // Late ones come after the others, so that the failure that called the siblings off leads the causes.
    for (const part of [...own.filter((one) => !late.includes(one)), ...late])
      takeAnswer(part, answers.get(part) as StepAnswer, failures.add)
    for (const lane of leaving) staying.delete(lane)
    const held = new Set(own.filter((part) => answers.get(part)?.status === 'held').map(({ lane }) => lane))
    for (const lane of failedLanes(failures)) held.delete(lane)
    holdAt(run, stage, [...held])
    const others = [...leaving].filter((lane) => !held.has(lane))
    onward(leaveStage(run, stage, others, failures))
  }

  function look(): void {
    const off = new Set([...staying].filter((lane) => callsOff(run, stage, lane)))
    if (off.size === 0) return
    for (const call of calls) call.verifyNow(off)
    for (const { lane } of parts.filter((part) => !answers.has(part))) off.delete(lane)
    if (off.size > 0) leave(off)
  }

  const hear: Heard = (called, heard) => {
    for (const [at, { part }] of called.entries()) answers.set(part, heard[at] as StepAnswer)
    if (answers.size === parts.length) end()
    else if (called.some(({ part }) => callsOff(run, stage, part.lane))) look()
  }

  function end(): void {
    run.callOffs.delete(look)
    leave(new Set(staying))
  }

  if (parts.length === 0) {
    end()
    return
  }
  const calls = planned.map((one) => callParts(run, stage, one, siblings, hear))
  run.callOffs.add(look)
}

/** The lanes with a failure of a step that is not optional. */
function failedLanes({ byLane }: Failures): readonly Lane[] {
  return [...byLane].filter(([, failed]) => failed.some(({ part }) => !part.step.optional)).map(([lane]) => lane)
}
