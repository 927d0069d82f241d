import { ApplicationFailure } from '@temporalio/common'
import type { SetWiseActivity } from '../definition/activity-types.js'
import { byteLength } from '../definition/check-definition.js'
import { SagaErrorCode } from '../saga-error.js'
import type { LaneAnswer } from '../wire/answer.js'
import { FailureType } from '../wire/failure.js'
import { ownershipStep } from '../wire/ownership.js'
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
import { toFailure } from './classify-error.js'

/** A larger set-wise result would end or loop the run (Temporal's blob limits), so it is a failure of the step. */
const largestReport = sizeLimits.resultBytes

/**
 * Makes a set-wise activity: it gets the lanes of one step and answers for each of them exactly once, in any order. An error it
 * throws is an answer for the whole call: infrastructure is retried, anything else is bisected by the engine.
 *
 * @example
 * const deductStock = setWise<Purchase, void>(async (lanes, call) =>
 *   withBarrier(db, call, lanes, async (trx, fresh) => fresh.map((lane) => done(lane.key))))
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
      const answers = inOrder(keys, await work(lanes, call)).map((answer) => doubtSilence(answer, call))
      return withinLimit(toSetReport(keys, answers))
    } catch (error) {
      throw toFailure(error)
    }
  }
}

function inOrder(keys: readonly string[], answers: readonly LaneAnswer[]): readonly LaneAnswer[] {
  const byKey = new Map(answers.map((answer) => [answer.key, answer]))
  const missing = keys.filter((key) => !byKey.has(key))
  const doubled = answers.length - byKey.size
  const unknown = byKey.size - (keys.length - missing.length)
  if (missing.length > 0 || doubled > 0 || unknown > 0) {
    const facts = `${missing.length} lanes without an answer (first: ${missing[0] ?? '-'}), ${doubled} answered twice, ${unknown} not asked for`
    const message = `a set-wise activity must answer each lane of its call exactly once: ${facts}`
    throw ApplicationFailure.create({
      message,
      type: FailureType.Report,
      nonRetryable: true,
      details: ['SAGA_REPORT_MISMATCH'],
    })
  }
  return keys.map((key) => byKey.get(key) as LaneAnswer)
}

/** A refusal nothing stored, in a later attempt, cannot tell whether an earlier attempt took effect. */
function doubtSilence(answer: LaneAnswer, call: SetCall): CheckedAnswer {
  if (answer.status !== 'refused' || answer.definite || call.step === ownershipStep || currentAttempt() === 1)
    return answer
  const message = `refused (${answer.code}) after an earlier attempt that never answered`
  return { key: answer.key, status: 'unknown', code: 'SAGA_REFUSED_AFTER_SILENCE', message }
}

function withinLimit(report: SetReport): SetReport {
  const bytes = byteLength(JSON.stringify(report))
  if (bytes <= largestReport) return report
  const message = `the result is ${bytes} bytes, over ${largestReport}: return less per lane, or run fewer lanes`
  throw ApplicationFailure.create({
    message,
    type: FailureType.Report,
    nonRetryable: true,
    details: [SagaErrorCode.ResultTooLarge],
  })
}
