import type { StepDefinition, WaitDefinition } from '../../definition/definition.js'
import { givenCode } from '../../saga-error.js'
import type { StepAnswer } from '../../wire/answer.js'
import type { Cause } from '../../wire/outcome.js'
import type { Intent, Message } from '../../wire/set-wise.js'
import { rollBack } from '../back/roll-back.js'
import { unwindBeside } from '../back/unwind.js'
import { calledOff } from '../called-off.js'
import { answersOf, type Called } from '../calls/call-step.js'
import { applies, argOf, deadlineOf, viewOf } from '../calls/shape.js'
import type { Lane } from '../lane.js'
import { newPart, type Part } from '../part.js'
import type { Run, Stage } from '../run.js'
import { apply, arrive } from './run-stage.js'

interface Waiting {
  readonly part: Part
  readonly deadline: number
  /** What it was last asked about; until a pause is over it is not asked about that again. */
  asked?: { readonly on: Intent['on'] }
  pauseMs: number
}

/** How long an pending lane is left alone before it is asked again, in milliseconds: doubled each time, up to the longest. */
const shortestPauseMs = 1_000
const longestPauseMs = 60_000

/**
 * Waits for messages. Lanes that have one, whose deadline has passed, or that are called off leave together; `onward` takes those that
 * go on. A wait with `decide` moves a lane only by that activity's answer; messages, deadlines and cancels are reasons to ask.
 */
export async function waitStage(
  run: Run,
  stage: Stage,
  lanes: readonly Lane[],
  onward: (lanes: readonly Lane[]) => void,
): Promise<void> {
  const step = stage.steps[0]
  const wait = step.wait as WaitDefinition
  const skipped = lanes.filter((lane) => !isWaitedFor(run, step, lane))
  const passed = skipped.filter((lane) => lane.status === 'running')
  for (const lane of passed) arrive(stage, lane)
  if (passed.length > 0) onward(passed)
  let waiting = lanes.filter((lane) => !skipped.includes(lane)).flatMap((lane) => begin(run, step, wait, lane))
  run.alarm.set()
  run.show()
  while (waiting.length > 0) {
    await run.runtime.until(() => waiting.some((one) => intentOf(run, stage, one) !== undefined))
    const due = waiting.filter((one) => intentOf(run, stage, one) !== undefined)
    await answer(run, stage, wait, due)
    run.show()
    waiting = waiting.filter(({ part }) => part.lane.status === 'waiting')
    const left = due.map(({ part }) => part.lane).filter((lane) => lane.status !== 'waiting')
    const turned = left.filter((lane) => lane.status === 'compensating')
    unwindBeside(run, turned)
    const going = left.filter((lane) => lane.status === 'running')
    for (const lane of going) arrive(stage, lane)
    if (going.length > 0) onward(going)
  }
}

function isWaitedFor(run: Run, step: StepDefinition, lane: Lane): boolean {
  lane.at = step.name
  const chosen = applies(step, lane)
  if (chosen.ok) return chosen.value
  failFor(run, lane, { step: step.name, code: 'SAGA_ARGUMENT', message: chosen.message })
  return false
}

/** What an author's own function did wrong is a failure of the lane. */
function failFor(run: Run, lane: Lane, cause: Omit<Cause, 'kind'>): void {
  rollBack(run, lane, { kind: 'invalid', ...cause })
  unwindBeside(run, [lane])
}

function begin(run: Run, step: StepDefinition, wait: WaitDefinition, lane: Lane): readonly Waiting[] {
  const deadline = deadlineOf(() => wait.deadline?.(viewOf(lane), run.startedAt))
  if (!deadline.ok) {
    failFor(run, lane, { step: step.name, code: 'SAGA_DEADLINE_INVALID', message: deadline.message })
    return []
  }
  const part = lane.parts.find((one) => one.step === step) ?? newPart(lane, step, 'asked')
  if (!lane.parts.includes(part)) lane.parts.push(part)
  lane.status = 'waiting'
  lane.wakesAt = Math.min(deadline.value, lane.deadline)
  return [{ part, deadline: deadline.value, pauseMs: shortestPauseMs }]
}

/** Why a waiting lane is to be looked at now, if it is. */
function intentOf(run: Run, stage: Stage, waiting: Waiting): Intent | undefined {
  const { lane, step } = waiting.part
  const message = lane.inbox[step.name]
  const known = (intent: Intent) => (waiting.asked?.on === intent.on ? undefined : intent)
  if (message) return known({ on: 'message', message })
  if (waiting.deadline <= run.alarm.time()) return known({ on: 'deadline' })
  return calledOff(run, stage, lane) ? known({ on: 'cancel' }) : undefined
}

async function answer(run: Run, stage: Stage, wait: WaitDefinition, due: readonly Waiting[]): Promise<void> {
  if (wait.decide) {
    await decide(run, stage, wait, due)
    return
  }
  for (const one of due) {
    const intent = intentOf(run, stage, one) as Intent
    if (intent.on === 'message') settle(run, one.part, intent.message)
    else if (intent.on === 'cancel') rollBack(run, one.part.lane, calledOff(run, stage, one.part.lane) as Cause)
    else settle(run, one.part, wait.onDeadline === 'refuse' ? { refuse: 'SAGA_WAIT_EXPIRED' } : wait.onDeadline)
  }
}

function settle(run: Run, part: Part, message: Message): void {
  const answer: StepAnswer =
    'refuse' in message
      ? { status: 'refused', code: givenCode(message.refuse) }
      : { status: 'done', value: message.value }
  land(run, part, answer)
}

async function decide(run: Run, stage: Stage, wait: WaitDefinition, due: readonly Waiting[]): Promise<void> {
  const activity = wait.decide as NonNullable<WaitDefinition['decide']>
  const step = stage.steps[0]
  const called: Called[] = due.map((one) => {
    const intent = intentOf(run, stage, one) as Intent
    one.asked = { on: intent.on }
    const arg = argOf(one.part)
    return { part: one.part, arg: arg.ok ? arg.value : one.part.lane.input, intent }
  })
  const answers = await answersOf(run, { step, phase: 'decide', activity }, called)
  const pending: Waiting[] = []
  for (const [at, one] of due.entries()) {
    const found = answers[at] as StepAnswer
    const cause = found.status === 'refused' && calledOff(run, stage, one.part.lane)
    delete one.part.lane.pending
    if (found.status === 'unknown') one.part.lane.pending = { code: found.code, message: found.message }
    if (found.status === 'pending' || found.status === 'unknown') {
      // A message that brought nothing is spent.
      if (found.status === 'pending' && one.asked?.on === 'message') delete one.part.lane.inbox[step.name]
      pending.push(one)
    } else if (cause) rollBack(run, one.part.lane, cause)
    else land(run, one.part, found)
  }
  for (const [pauseMs, group] of Map.groupBy(pending, (one) => one.pauseMs)) run.spawn(pause(run, group, pauseMs))
}

/** Where the reason stands, pending lanes are asked about it again after a pause. */
async function pause(run: Run, pending: readonly Waiting[], pauseMs: number): Promise<void> {
  const before = pending.map(({ asked }) => asked)
  for (const one of pending) one.pauseMs = Math.min(pauseMs * 2, longestPauseMs)
  await run.runtime.sleep(pauseMs)
  // Unless it was asked about something else meanwhile.
  for (const [at, one] of pending.entries()) if (one.asked === before[at]) delete one.asked
}

function land(run: Run, part: Part, answer: StepAnswer): void {
  part.lane.status = 'running'
  apply(part, answer, ({ cause }) => rollBack(run, part.lane, cause))
}
