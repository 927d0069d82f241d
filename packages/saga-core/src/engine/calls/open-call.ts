import type { StepAnswer } from '../../wire/answer.js'
import { lastAnswer } from '../../wire/failure.js'
import { callsOff, lookForCallOffs } from '../run/called-off.js'
import type { Part } from '../run/lane.js'
import type { Run } from '../run/run.js'
import type { ActivityAnswer, ActivityRequest } from '../run/runtime.js'
import type { CallSubject } from './call-request.js'

/**
 * Makes the call for these parts. It is called off once a cancel, a deadline or an abort calls off the lane of one of them, or once a step
 * beside them has failed for all of their lanes.
 */
export function callOpen(
  run: Run,
  subject: CallSubject,
  parts: readonly Part[],
  asked: ActivityRequest,
  answered: (answer: ActivityAnswer) => void,
): void {
  const request = { ...asked, retried: (attempt: number) => noteRetry(run, parts, attempt) }
  const settled = (answer: ActivityAnswer) => {
    for (const { lane, step } of parts) if (lane.retrying?.step === step.name) delete lane.retrying
    answered(answer)
  }
  const isAnyOff = () => parts.some(({ lane }) => callsOff(run, undefined, lane))
  if (!mayBeCalledOff(subject)) {
    run.runtime.call(request, settled)
    return
  }
  if (subject.phase === 'verify' && isAnyOff()) {
    run.runtime.call(tryOnce(request), settled)
    return
  }
  let off = (): void => undefined
  let isCalledOff = false
  const look = () => {
    if (!isAnyOff() && !parts.every((part) => isFailed(subject, part))) return
    run.callOffs.delete(look)
    isCalledOff = true
    off()
  }
  const opened = (callOff: () => void) => {
    off = callOff
    run.callOffs.add(look)
    look()
  }
  run.runtime.call({ ...request, opened }, (answer) => {
    run.callOffs.delete(look)
    settled(isCalledOff ? lastAnswer(answer) : answer)
  })
}

function noteRetry(run: Run, parts: readonly Part[], attempt: number): void {
  for (const { lane, step } of parts) {
    const { since = run.runtime.now() } = lane.retrying?.step === step.name ? lane.retrying : {}
    lane.retrying = { step: step.name, attempt, since }
  }
}

/** The `verify` of a step that was called off: an answer that is not known at once does not hold up the rollback. */
function tryOnce(request: ActivityRequest): ActivityRequest {
  const { policy } = request
  return { ...request, policy: { ...policy, retry: { ...policy.retry, attempts: 1 } } }
}

/** The pivot and retriable steps go on; so do a compensation, and the `decide` of a wait, which a cancel has called. */
function mayBeCalledOff({ step, phase }: CallSubject): boolean {
  return step.kind === 'compensatable' && (phase === 'action' || phase === 'verify')
}

/** Reports whether a part does not go on once its call has been called off. */
export function isOff(run: Run, subject: CallSubject, part: Part): boolean {
  return isFailed(subject, part) || callsOff(run, undefined, part.lane)
}

/** A `verify` goes on though a step beside its own fails: it is called because the answer of its step is unknown. */
function isFailed({ phase, siblings }: CallSubject, part: Part): boolean {
  return phase === 'action' && (siblings?.callsOff(part) ?? false)
}

/**
 * The answer of a part, where it is a refusal that no barrier stored: it is late where an earlier call of the run, or of an execution whose
 * workflow task was lost, may have taken effect.
 */
export function doubtRefusal(
  run: Run,
  { phase }: CallSubject,
  part: Part,
  answer: StepAnswer,
  made: ActivityAnswer,
): StepAnswer {
  if (answer.status !== 'refused' || answer.definite || phase !== 'action') return answer
  const { isCurrent } = run.runtime
  const isLate = (made.mayRepeat && isCurrent('lost-task')) || (part.action === 'unknown' && isCurrent('call-off'))
  return isLate ? { ...answer, isLate } : answer
}

/** Takes note of answers; a failed one calls off the calls beside it. */
export function hearSiblings(
  run: Run,
  { siblings }: CallSubject,
  parts: readonly Part[],
  answers: readonly StepAnswer[],
): void {
  if (siblings?.heard(parts, answers)) lookForCallOffs(run)
}
