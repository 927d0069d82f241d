import type { StepAnswer } from '../../wire/answer.js'
import { lastAnswer } from '../../wire/failure.js'
import { callsOff, lookForCallOffs } from '../run/called-off.js'
import type { Part } from '../run/lane.js'
import type { Run } from '../run/run.js'
import type { ActivityAnswer, ActivityRequest, CallEnds } from '../run/runtime.js'
import type { CallSubject } from './call-request.js'
import { forgetRetries, formerRetry, goOn, noteHeld, noteRetry } from './retries.js'

/**
 * Makes the call for these parts. It is called off once a cancel, a deadline or an abort calls off the lane of one of them, or once a step
 * beside them has failed for all of their lanes; any call is held once the run is to continue as new.
 */
export function callOpen(
  run: Run,
  subject: CallSubject,
  parts: readonly Part[],
  asked: ActivityRequest,
  answered: (answer: ActivityAnswer) => void,
): void {
  const { runtime } = run
  const former = formerRetry(parts)
  const retried = (attempt: number) => {
    noteRetry(parts, runtime.now(), attempt + (former?.attempt ?? 0))
    // A run that does nothing but retry asks nowhere else.
    run.holds()
  }
  const isAnyOff = () => parts.some(({ lane }) => callsOff(run, undefined, lane))
  const mayBeOff = mayBeCalledOff(subject)
  let ends: CallEnds | undefined
  let isCalledOff = false
  const look = () => {
    if (mayBeOff && (isAnyOff() || parts.every((part) => isFailed(subject, part)))) {
      run.callOffs.delete(look)
      isCalledOff = true
      ends?.callOff()
    } else if (run.holds()) ends?.hold()
  }
  const opened = (given: CallEnds) => {
    ends = given
    run.callOffs.add(look)
    look()
  }
  const isLastQuestion = mayBeOff && subject.phase === 'verify' && isAnyOff()
  const request = { ...goOn(asked, former), retried }
  runtime.call(isLastQuestion ? tryOnce(request) : { ...request, opened }, (made) => {
    run.callOffs.delete(look)
    if (made.isHeld && !isCalledOff) answered(held(run, subject, parts, made))
    else {
      forgetRetries(parts)
      answered(isCalledOff ? lastAnswer(made) : made)
    }
  })
}

/** The answer of a call that the run's successor makes again: its attempts may have taken effect. */
function held(run: Run, { phase }: CallSubject, parts: readonly Part[], made: ActivityAnswer): ActivityAnswer {
  noteHeld(parts, run.runtime.now(), made.isCancelled ? undefined : made.answer)
  if (phase === 'action') for (const part of parts) part.action = 'unknown'
  return { answer: { status: 'held' }, blamesData: false }
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
