import type { StepDefinition, WaitDefinition } from '../../definition/definition.js'
import type { Stage } from '../../definition/stages.js'
import { givenCode } from '../../saga-error.js'
import type { StepAnswer } from '../../wire/answer.js'
import type { Cause } from '../../wire/outcome.js'
import type { Intent, Message } from '../../wire/set-wise.js'
import { rollBack } from '../back/roll-back.js'
import { rollBackWhere } from '../back/roll-back-where.js'
import { unwindBeside } from '../back/unwind.js'
import { applies } from '../calls/shape.js'
import { calledOff } from '../run/called-off.js'
import { findPart, type Lane, newPart, type Part } from '../run/lane.js'
import { firstPauseMs } from '../run/pauses.js'
import type { Run } from '../run/run.js'
import { decide } from './decide.js'
import { completeStage } from './leave-stage.js'
import { takeAnswer } from './take-answer.js'
import { endOf, setWaitTimers } from './wait-end.js'
import { intentOf, type Waiting } from './waiting.js'

/**
 * Waits for messages. Lanes that have one, whose deadline has passed, or that are called off leave together; `onward` takes those that
 * go on. A wait with `decide` moves a lane only by that activity's answer; messages, deadlines and cancels are reasons to call it.
 */
export async function waitStage(
  run: Run,
  stage: Stage,
  lanes: readonly Lane[],
  onward: (lanes: readonly Lane[]) => void,
): Promise<void> {
  const step = stage.steps[0]
  const wait = step.wait as WaitDefinition
  const goOn = (some: readonly Lane[]) => {
    for (const lane of some) completeStage(stage, lane)
    if (some.length > 0) onward(some)
  }
  const skipped = lanes.filter((lane) => !isWaitedFor(run, step, lane))
  goOn(skipped.filter((lane) => lane.status === 'running'))
  let waiting = lanes.filter((lane) => !skipped.includes(lane)).flatMap((lane) => beginWait(run, step, wait, lane))
  run.alarm.set()
  const timers = setWaitTimers(run, waiting)
  run.show()
  while (waiting.length > 0) {
    await run.runtime.until(() => waiting.some((one) => intentOf(run, stage, one) !== undefined))
    const due = waiting.filter((one) => intentOf(run, stage, one) !== undefined)
    if (wait.decide) await decide(run, stage, wait.decide, due, endWait)
    else for (const one of due) actOn(run, stage, wait, one)
    run.show()
    waiting = waiting.filter(({ part }) => part.lane.status === 'waiting')
    const left = due.map(({ part }) => part.lane)
    for (const lane of left) if (lane.status !== 'waiting') delete lane.waitsUntil
    unwindBeside(
      run,
      left.filter((lane) => lane.status === 'compensating'),
    )
    goOn(left.filter((lane) => lane.status === 'running'))
    timers.keepFor(waiting)
    run.alarm.rest()
  }
}

function isWaitedFor(run: Run, step: StepDefinition, lane: Lane): boolean {
  lane.at = step.name
  const chosen = applies(step, lane)
  if (chosen.ok) return chosen.value
  failLane(run, lane, { step: step.name, code: 'SAGA_ARGUMENT', message: chosen.message })
  return false
}

/** An error of a function of the definition's author fails the lane. */
function failLane(run: Run, lane: Lane, cause: Omit<Cause, 'kind'>): void {
  rollBackWhere(run, [lane], () => ({ kind: 'invalid', ...cause }))
}

function beginWait(run: Run, step: StepDefinition, wait: WaitDefinition, lane: Lane): readonly Waiting[] {
  const end = endOf(run, wait, lane)
  if (!end.ok) {
    failLane(run, lane, { step: step.name, code: 'SAGA_DEADLINE_INVALID', message: end.message })
    return []
  }
  const part = findPart(lane, step) ?? newPart(lane, step, 'asked')
  if (!lane.parts.includes(part)) lane.parts.push(part)
  lane.status = 'waiting'
  lane.wakesAt = Math.min(end.value.deadline, lane.deadline)
  return [{ part, ...end.value, pauseMs: firstPauseMs }]
}

/** Ends a wait without `decide` by what is due. */
function actOn(run: Run, stage: Stage, wait: WaitDefinition, waiting: Waiting): void {
  const { part } = waiting
  const intent = intentOf(run, stage, waiting) as Intent
  if (intent.on === 'message') endWait(run, part, toAnswer(intent.message))
  else if (intent.on === 'cancel') rollBack(run, part.lane, calledOff(run, stage, part.lane) as Cause)
  else endWait(run, part, toAnswer(wait.onDeadline === 'refuse' ? { refuse: 'SAGA_WAIT_EXPIRED' } : wait.onDeadline))
}

function toAnswer(message: Message): StepAnswer {
  return 'refuse' in message
    ? { status: 'refused', code: givenCode(message.refuse) }
    : { status: 'done', value: message.value }
}

function endWait(run: Run, part: Part, answer: StepAnswer): void {
  part.lane.status = 'running'
  takeAnswer(part, answer, ({ cause }) => rollBack(run, part.lane, cause))
}
