import type { ActivityReference } from '../../definition/definition.js'
import type { Stage } from '../../definition/stages.js'
import type { StepAnswer } from '../../wire/answer.js'
import type { Intent } from '../../wire/set-wise.js'
import { rollBack } from '../back/roll-back.js'
import type { Called } from '../calls/call-request.js'
import { answersOf } from '../calls/call-step.js'
import { argOf } from '../calls/shape.js'
import { calledOff } from '../run/called-off.js'
import type { Part } from '../run/lane.js'
import { nextPauseMs } from '../run/pauses.js'
import type { Run } from '../run/run.js'
import { intentOf, type Waiting } from './waiting.js'

const longestPauseMs = 60_000

/**
 * Calls a wait's `decide` for the lanes that are due; `endWait` takes a definite answer. A lane whose answer is pending or unknown goes
 * on waiting and is asked again after a pause, which doubles each time.
 */
export async function decide(
  run: Run,
  stage: Stage,
  activity: ActivityReference,
  due: readonly Waiting[],
  endWait: (run: Run, part: Part, answer: StepAnswer) => void,
): Promise<void> {
  const step = stage.steps[0]
  const called = due.map((one) => toCalled(run, stage, one))
  const answers = await answersOf(run, { step, phase: 'decide', activity }, called)
  const open = due.filter((waiting, at) => {
    const { lane } = waiting.part
    const answer = answers[at] as StepAnswer
    if (answer.status === 'held') return true
    delete lane.pending
    if (answer.status === 'unknown') lane.pending = { code: answer.code, message: answer.message }
    // A message on which the answer is still pending is used up.
    if (answer.status === 'pending' && waiting.asked?.on === 'message') delete lane.inbox[step.name]
    if (answer.status === 'pending' || answer.status === 'unknown') return true
    const cause = answer.status === 'refused' && calledOff(run, stage, lane)
    if (cause) rollBack(run, lane, cause)
    else endWait(run, waiting.part, answer)
    return false
  })
  for (const [pauseMs, group] of Map.groupBy(open, (one) => one.pauseMs)) run.spawn(pause(run, group, pauseMs))
}

function toCalled(run: Run, stage: Stage, waiting: Waiting): Called {
  const { part } = waiting
  const intent = intentOf(run, stage, waiting) as Intent
  waiting.asked = { on: intent.on }
  const arg = argOf(part)
  return { part, arg: arg.ok ? arg.value : part.lane.input, intent }
}

/** Lets lanes be asked again for the same reason when the pause is over, unless they were asked for another one meanwhile. */
async function pause(run: Run, open: readonly Waiting[], pauseMs: number): Promise<void> {
  const before = open.map(({ asked }) => asked)
  for (const one of open) one.pauseMs = nextPauseMs(pauseMs, longestPauseMs)
  await run.runtime.sleep(pauseMs)
  for (const [at, one] of open.entries()) if (one.asked === before[at]) delete one.asked
}
