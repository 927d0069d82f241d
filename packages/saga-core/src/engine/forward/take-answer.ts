import { checkValue } from '../../definition/check-value.js'
import { parksUnknown } from '../../definition/stages.js'
import type { StepAnswer } from '../../wire/answer.js'
import type { Cause } from '../../wire/outcome.js'
import { apart } from '../../wire/with-undo.js'
import { type Lane, nameOf, type Part } from '../run/lane.js'

/** A part that was not done, and what that means for its lane: it parks, or it rolls back for the cause. */
export interface Failure {
  readonly part: Part
  readonly cause: Cause
  readonly parks: boolean
}

/** The failures of one stage, by lane. */
export interface Failures {
  readonly byLane: ReadonlyMap<Lane, readonly Failure[]>
  readonly add: (failure: Failure) => void
}

/** Makes an empty list of failures. */
export function newFailures(): Failures {
  const byLane = new Map<Lane, Failure[]>()
  return {
    byLane,
    add(failure) {
      const { lane } = failure.part
      byLane.set(lane, [...(byLane.get(lane) ?? []), failure])
    },
  }
}

/** A part that could not be called, because a function of the definition's author threw. */
export function invalidPart(part: Part, step: string, message: string): Failure {
  return { part, parks: isRetriable(part), cause: { kind: 'invalid', step, code: 'SAGA_ARGUMENT', message } }
}

/** Records a part's answer, and hands its failure to `fail` where it was not done. */
export function takeAnswer(part: Part, answer: StepAnswer, fail: Failures['add']): void {
  const step = nameOf(part)
  const doubt = answer.status === 'held' ? {} : takeDoubt(part)
  switch (answer.status) {
    case 'held':
      return
    case 'done': {
      const { result, undo } = apart(answer.value)
      const checked = checkValue(part.step.result, result)
      if (!checked.ok) {
        part.action = 'unknown'
        const { message } = checked
        fail({ part, parks: parksUnknown(part.step), cause: { kind: 'unknown', step, code: 'SAGA_RESULT', message } })
        return
      }
      part.action = 'done'
      part.value = checked.value
      part.undo = undo
      return
    }
    case 'refused': {
      const { status: _, definite, isLate, ...facts } = answer
      if (isLate) part.action = 'unknown'
      else markNotNeeded(part, 'refused')
      const cause: Cause = { kind: 'refused', step, ...facts, ...(definite && { stored: true }), ...doubt }
      fail({ part, parks: isRetriable(part), cause })
      return
    }
    case 'fenced':
      markNotNeeded(part, 'fenced')
      fail({ part, parks: isRetriable(part), cause: { kind: 'fenced', step, code: 'SAGA_STEP_FENCED', ...doubt } })
      return
    case 'pending': {
      part.action = 'unknown'
      const message = 'its outcome is unknown'
      fail({ part, parks: true, cause: { kind: 'unknown', step, code: 'SAGA_NOT_KNOWN', message, ...doubt } })
      return
    }
    case 'unknown': {
      part.action = 'unknown'
      const { code, message } = answer
      fail({ part, parks: parksUnknown(part.step), cause: { kind: 'unknown', step, code, message, ...doubt } })
    }
  }
}

/** The failure about which `verify` was asked, as a cause beside its verdict. */
function takeDoubt(part: Part): Pick<Cause, 'others'> {
  const { doubt } = part
  delete part.doubt
  return doubt ? { others: [{ kind: 'unknown', step: nameOf(part), ...doubt }] } : {}
}

function isRetriable({ step }: Part): boolean {
  return step.kind === 'retriable'
}

function markNotNeeded(part: Part, action: 'refused' | 'fenced'): void {
  part.action = action
  if (part.compensation) part.compensation = 'notNeeded'
}
