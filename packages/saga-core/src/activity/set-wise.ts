import { ApplicationFailure } from '@temporalio/common'
import type { SetWiseActivity } from '../definition/activity-types.js'
import { SagaErrorCode } from '../saga-error.js'
import type { LaneAnswer } from '../wire/answer.js'
import { failureType } from '../wire/failure.js'
import { byteLength, ownershipStep } from '../wire/names.js'
import {
  type CheckedAnswer,
  fromSetRequest,
  type SetCall,
  type SetLane,
  type SetReport,
  toSetReport,
} from '../wire/set-wise.js'
import { sizeLimits } from '../wire/size-limits.js'
import { currentAttempt } from './attempt.js'
import { checkAnswers } from './check-answers.js'
import { toFailure } from './classify-error.js'

/** The limit of a set-wise result in bytes; a result over Temporal's blob limits would terminate the run or repeat its task for ever. */
const largestReport = sizeLimits.resultBytes

/**
 * Makes a set-wise activity, which gets the lanes of one step and answers each exactly once, in any order. An error is the answer of the
 * whole call: Temporal retries it, unless it is known to blame data. The engine halves the set of one that does, and of one that is of no
 * known class once its retries are spent.
 *
 * @throws ApplicationFailure of an error of `work`; SAGA_REPORT_MISMATCH when a lane has no answer or two; SAGA_RESULT_TOO_LARGE.
 *
 * @example
 * const sendMails = setWise<{ readonly to: string }>(async (lanes) => {
 *   const body = JSON.stringify(lanes.map(({ arg }) => arg.to))
 *   await fetch('https://mail.example/mails', { method: 'PUT', body })
 *   return lanes.map(({ key }) => done(key))
 * })
 */
export function setWise<TArg, TResult = unknown>(
  work: (lanes: readonly SetLane<TArg, TResult>[], call: SetCall) => Promise<readonly LaneAnswer<TResult>[]>,
): SetWiseActivity<TArg, TResult> {
  return async (request) => {
    const { saga, step, phase, workflowId } = request
    const lanes = fromSetRequest(request) as readonly SetLane<TArg, TResult>[]
    const keys = lanes.map(({ key }) => key)
    const call: SetCall = { saga, step, phase, workflowId }
    try {
      const answers = checkAnswers(keys, await work(lanes, call)).map((answer) => doubtSilence(answer, call))
      return withinLimit(toSetReport(keys, answers))
    } catch (error) {
      throw toFailure(error)
    }
  }
}

/** A refusal that no barrier stored is unknown after the first attempt, since an earlier attempt may have taken effect. */
function doubtSilence(answer: LaneAnswer, call: SetCall): CheckedAnswer {
  if (answer.status !== 'refused' || answer.definite || call.step === ownershipStep || currentAttempt() === 1)
    return answer
  const message = `refused (${answer.code}) after an earlier attempt that gave no answer`
  return { key: answer.key, status: 'unknown', code: 'SAGA_REFUSED_AFTER_SILENCE', message }
}

function withinLimit(report: SetReport): SetReport {
  const bytes = byteLength(JSON.stringify(report))
  if (bytes <= largestReport) return report
  const message = `the result is ${bytes} bytes, over ${largestReport}: return less per lane, or run fewer lanes`
  throw ApplicationFailure.create({
    message,
    type: failureType.tooLarge,
    nonRetryable: true,
    details: [SagaErrorCode.ResultTooLarge],
  })
}
