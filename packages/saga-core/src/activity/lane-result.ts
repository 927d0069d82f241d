import type { LaneAnswer } from '../wire/answer.js'
import { refusal, stepFenced, stepPending } from './refuse.js'

/**
 * The result of a per-lane activity behind a barrier.
 *
 * @throws ApplicationFailure of the stored refusal, of the fence, or of a pending decision.
 */
export function laneResult<TResult>(step: string, answer: LaneAnswer<TResult>): TResult {
  if (answer.status === 'fenced') throw stepFenced(step)
  if (answer.status === 'pending') throw stepPending()
  if (answer.status === 'refused') {
    const { code, details } = answer
    throw refusal({ code, ...(details !== undefined && { details }), definite: true, stored: true })
  }
  return ('value' in answer ? answer.value : undefined) as TResult
}
